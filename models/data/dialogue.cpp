#include <weft/models/data/dialogue.h>
#include <weft/tensor/base/error.h>

namespace weft::text {

std::vector<TextPair> pairs_of(std::span<const Dialogue> dialogues, const ContextOptions& context) {
  std::vector<TextPair> pairs;
  for (const Dialogue& lines : dialogues) {
    require<ValueError>(lines.size() % 2 == 0, "pairs_of: a dialogue of ", lines.size(), " lines ends without an answer");
    EarlierLines earlier(context);
    for (std::size_t i = 0; i < lines.size(); i += 2) {
      pairs.push_back({earlier.before(lines[i]), lines[i + 1]});
      earlier.add(lines[i]);
      earlier.add(lines[i + 1]);
    }
  }
  return pairs;
}

}  // namespace weft::text
