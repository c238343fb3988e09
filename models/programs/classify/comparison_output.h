// What classify compare says of its results.
#pragma once

#include <weft/models/classifier/compare_classifiers.h>
#include <weft/models/programs/command_line/report_option.h>

#include <string>

namespace weft::programs {

void say_plan(const ComparisonPlan& plan);

// The options' names end the lines, for they are of any length.
void print_table(const ClassifierComparison& result, const std::string& score);

// How far the best is ahead, and what is advised.
std::string advice(const ClassifierComparison& result);

// `run` is the command that trains with the advised options.
void write_comparison_report(const ReportOption& option, const ClassifierComparison& result, const std::string& score,
                             const std::string& run);

}  // namespace weft::programs
