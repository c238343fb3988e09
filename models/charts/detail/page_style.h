// What every page of a report has in its head and at its end.
#pragma once

#include <string>

namespace weft::report {

// The style sheet: light, dark where the reader's system says so, black on white in print.
std::string style_sheet();

// A script that shows what <title> says at once, also for touch. The page says everything without it.
std::string tip_script();

}  // namespace weft::report
