// The output of classify compare.
#pragma once

#include <weft/models/classifier/compare_classifiers.h>
#include <weft/models/programs/command_line/report_option.h>

#include <string>

namespace weft::programs {

void say_plan(const ComparisonPlan& plan);

// Prints the table. The names of the options are at the ends of the lines because they may have any length.
void print_table(const ClassifierComparison& result, const std::string& score);

// Returns sentences on the lead of the best setting, and on the advised one.
std::string advice(const ClassifierComparison& result);

// `run` is the command that trains with the advised options.
void write_comparison_report(const ReportOption& option, const ClassifierComparison& result, const std::string& score,
                             const std::string& run);

}  // namespace weft::programs
