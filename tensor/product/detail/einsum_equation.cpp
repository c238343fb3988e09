#include <weft/tensor/product/detail/einsum_equation.h>

#include <algorithm>
#include <cctype>

namespace weft {

namespace {

constexpr const char* kDots = "...";

// Returns the text without spaces.
std::string without_spaces(std::string_view text) {
  std::string result;
  std::copy_if(text.begin(), text.end(), std::back_inserter(result), [](char c) { return c != ' '; });
  return result;
}

std::vector<Labels> split_operands(const std::string& text) {
  std::vector<Labels> parts(1);
  for (char c : text) {
    if (c == ',')
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

// Throws ValueError unless the term consists of letters and at most one "...".
void check_term(std::string_view equation, const Labels& term, Where caller) {
  const auto dots = term.find(kDots);
  Labels letters = term;
  if (dots != Labels::npos) letters.erase(dots, 3);
  for (char c : letters)
    check<ValueError>(std::isalpha(static_cast<unsigned char>(c)) != 0, caller, "einsum: '", c, "' in \"", equation,
                      "\" is no letter; one \"...\" may stand for axes that are not named");
}

// Replaces "..." by the digits of `count` axes.
Labels spread_dots(const Labels& term, int count) {
  const auto dots = term.find(kDots);
  if (dots == Labels::npos) return term;
  Labels digits;
  for (int i = count; i-- > 0;) digits += static_cast<char>('0' + i);
  return term.substr(0, dots) + digits + term.substr(dots + 3);
}

// The result's labels if the equation leaves them out.
Labels implied_result(const std::vector<Labels>& operands, int dots) {
  std::map<char, int> counts;
  for (const Labels& labels : operands)
    for (char c : labels) ++counts[c];
  Labels result = spread_dots(kDots, dots);
  for (auto [label, count] : counts)
    if (count == 1 && std::isalpha(static_cast<unsigned char>(label))) result += label;
  return result;
}

}  // namespace

EinsumEquation::EinsumEquation(std::string_view equation, std::span<const Shape> shapes, Where caller) {
  const std::string text = without_spaces(equation);
  const auto arrow = text.find("->");
  operands = split_operands(text.substr(0, arrow));
  check<ValueError>(operands.size() == shapes.size(), caller, "einsum: \"", equation, "\" has ", operands.size(),
                    " operands, and ", shapes.size(), " are given");
  int most_dots = 0;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    Labels& labels = operands[i];
    check_term(equation, labels, caller);
    const bool dots = labels.find(kDots) != Labels::npos;
    const int named = static_cast<int>(labels.size()) - (dots ? 3 : 0), dims = shapes[i].dims();
    check<ShapeError>(dots ? named <= dims : named == dims, caller, "einsum: \"", labels, "\" in \"", equation, "\" names ",
                      named, " axes, and operand ", i, " is ", shapes[i]);
    if (dots) most_dots = std::max(most_dots, dims - named);
    labels = spread_dots(labels, dims - named);
    for (int axis = 0; axis < dims; ++axis) {
      const char label = labels[static_cast<std::size_t>(axis)];
      std::int64_t& size = sizes.try_emplace(label, 1).first->second;
      if (size == 1) size = shapes[i][axis];
      check<ShapeError>(shapes[i][axis] == size || shapes[i][axis] == 1, caller, "einsum: '", label, "' in \"", equation,
                        "\" has sizes ", size, " and ", shapes[i][axis]);
    }
  }
  if (arrow == std::string::npos) {
    result = implied_result(operands, most_dots);
    return;
  }
  result = text.substr(arrow + 2);
  check_term(equation, result, caller);
  result = spread_dots(result, most_dots);
  for (std::size_t i = 0; i < result.size(); ++i) {
    check<ValueError>(result.find(result[i], i + 1) == Labels::npos, caller, "einsum: '", result[i],
                      "' occurs twice in the result of \"", equation, "\"");
    check<ValueError>(sizes.contains(result[i]), caller, "einsum: '", result[i], "' in the result of \"", equation,
                      "\" is in no operand");
  }
}

}  // namespace weft
