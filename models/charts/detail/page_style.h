// The style sheet and the script of every report page.
#pragma once

#include <string>

namespace weft::report {

// Returns the style sheet: light, dark if the reader's system asks for it, black on white in print.
std::string style_sheet();

// Returns a script that shows the text of <title> at once, on touch screens too. The page is complete without it.
std::string tip_script();

}  // namespace weft::report
