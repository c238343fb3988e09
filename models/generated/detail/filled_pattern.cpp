#include <weft/models/generated/detail/filled_pattern.h>
#include <weft/tensor/base/error.h>

namespace weft::text {

std::string filled(std::string_view pattern, const Gaps& gaps) {
  std::string text;
  for (std::size_t begin = pattern.find('{'); begin != std::string_view::npos; begin = pattern.find('{')) {
    const std::size_t end = pattern.find('}', begin);
    require<ValueError>(end != std::string_view::npos, "filled: a gap is not closed in \"", pattern, "\"");
    const auto gap = gaps.find(pattern.substr(begin + 1, end - begin - 1));
    require<ValueError>(gap != gaps.end(), "filled: there is no text for ", pattern.substr(begin, end - begin + 1), " in \"",
                        pattern, "\"");
    text += pattern.substr(0, begin);
    text += gap->second;
    pattern.remove_prefix(end + 1);
  }
  return text += pattern;
}

}  // namespace weft::text
