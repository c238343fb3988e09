#include <weft/models/options/option_error.h>
#include <weft/models/subwords/word_files.h>
#include <weft/models/text/vocabulary_file.h>
#include <weft/tensor/array/copy.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <ostream>
#include <utility>

namespace weft {

text::Vocabulary choose_vocabulary(const WordFiles& files, bool sentence_marks, const std::function<text::TokenCounts()>& count,
                                   const std::function<text::Vocabulary(const text::TokenCounts&)>& build,
                                   std::vector<Callback>& callbacks) {
  const bool given = !files.vocabulary.empty(), saved = !files.save_vocabulary.empty();
  text::TokenCounts counts = given && !saved ? text::TokenCounts() : count();
  text::Vocabulary vocabulary = given ? text::load_vocabulary(files.vocabulary, sentence_marks) : build(counts);
  if (!saved) return vocabulary;
  auto kept = std::make_shared<std::optional<std::pair<text::Vocabulary, text::TokenCounts>>>();
  kept->emplace(vocabulary, std::move(counts));
  callbacks.push_back({.on_start = [path = files.save_vocabulary, kept](const History&) {
    const auto last = std::exchange(*kept, std::nullopt);  // frees both, which may be large
    if (last) text::save_vocabulary(path, last->first, last->second);
  }});
  return vocabulary;
}

void say_known_words(std::ostream* log, const WordFiles& files, const text::KnownWords& known, const std::string& side) {
  const bool given = !files.vocabulary.empty();
  require<ValueError>(!given || known.known > 0, "train: ", files.vocabulary, " has none of the ", side,
                      "words of the training texts: is it in the format of another program, or were its words made differently?");
  if (log && given)
    *log << side << "words known " << text::share(known.known, known.tokens) << " of the training texts, " << files.vocabulary
         << std::endl;
  if (log && known.words > 0)
    *log << side << "words in one piece " << text::share(known.whole, known.words) << " of the training texts" << std::endl;
}

namespace {
// Counts lines with bad bytes of one kind, because a file of vectors may have too many to report each one.
struct BadLines {
  std::size_t count = 0;
  text::BadBytes first = {};

  void add(const text::BadBytes& line) {
    if (count++ == 0) first = line;
  }
  std::string text() const {
    const std::string others = count == 2 ? ", and 1 line more" : ", and " + std::to_string(count - 1) + " lines more";
    return to_string(first) + (count > 1 ? others : "");
  }
};
}  // namespace

text::WordVectors choose_vectors(const WordFiles& files, const text::Vocabulary& vocabulary) {
  require_option(!files.freeze_vectors || !files.vectors.empty(), "train: ", OptionName{"freeze_vectors"}, " needs vectors");
  if (files.vectors.empty()) return {};
  std::array<BadLines, 2> bad;  // not UTF-8; with NULs
  text::WordVectors found = text::read_word_vectors(
      files.vectors, vocabulary, [&](const text::BadBytes& line) { bad[line.kind == text::BadBytes::Kind::nul].add(line); });
  for (const BadLines& lines : bad)
    if (files.report && lines.count > 0) files.report(lines.text());
  require<ValueError>(!found.ids.empty() || !files.freeze_vectors, "train: none of the ", vocabulary.size(), " words is in ",
                      files.vectors, ", so there are no vectors to freeze");
  return found;
}

std::int64_t choose_dim(std::int64_t asked, std::initializer_list<const text::WordVectors*> vectors) {
  std::int64_t dim = asked;
  for (const text::WordVectors* each : vectors) {
    if (each->dim == 0) continue;
    require_option(dim == 0 || dim == each->dim || asked == 0, "train: vectors have ", each->dim, " numbers per word, but ",
                   OptionName{"embedding_dim"}, " is ", dim);
    require<ValueError>(dim == 0 || dim == each->dim, "train: vectors have ", each->dim,
                        " numbers per word, but those of the other side have ", dim);
    dim = each->dim;
  }
  return dim;
}

void set_vectors(nn::Embedding& embedding, const WordFiles& files, const text::WordVectors& vectors,
                 const text::Vocabulary& vocabulary, std::ostream* log) {
  if (files.vectors.empty()) return;
  Tensor weight = contiguous(cast(embedding.weight.tensor(), DType::f32));
  Tensor filled = clone(weight);
  auto* rows = filled.output<float>();
  const auto dim = static_cast<std::ptrdiff_t>(vectors.dim);
  const auto scale = static_cast<float>(embedding.scale());
  for (std::size_t i = 0; i < vectors.ids.size(); ++i) {
    const auto from = vectors.values.begin() + static_cast<std::ptrdiff_t>(i) * dim;
    std::transform(from, from + dim, rows + vectors.ids[i] * dim, [&](float number) { return number / scale; });
  }
  copy_to(embedding.weight.tensor(), filled);
  embedding.weight.freeze(files.freeze_vectors);
  if (log)
    *log << "vectors " << std::to_string(vectors.ids.size()) << " of " << std::to_string(vocabulary.size()) << " words, "
         << files.vectors << std::endl;
}

}  // namespace weft
