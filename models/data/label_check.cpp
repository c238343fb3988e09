#include <weft/models/data/label_check.h>
#include <weft/models/io/place.h>
#include <weft/tensor/base/error.h>

#include <algorithm>
#include <unordered_map>

namespace weft::text {

namespace {

constexpr std::size_t kFewest = 10;  // fewer texts are not judged

struct Labels {
  std::unordered_map<std::string, std::size_t> counts;
  std::string first, place;  // of the first text
  std::size_t texts = 0;

  bool too_many() const { return counts.size() * 2 > texts; }
  bool first_alone_stands_once() const {
    const auto once = std::count_if(counts.begin(), counts.end(), [](const auto& label) { return label.second == 1; });
    return once == 1 && counts.at(first) == 1;
  }
};

Labels count_labels(const LabelledSource& texts) {
  Labels labels;
  auto reader = texts.open();
  for (LabelledText example; reader->next(example); ++labels.counts[example.label])
    if (labels.texts++ == 0) {
      labels.first = example.label;
      labels.place = reader->place();
    }
  return labels;
}

}  // namespace

void check_labels(const LabelledSource& texts, const std::string& path, const FileOptions& options) {
  const FileFormat format = options.format.value_or(format_of_name(path));
  if (format != FileFormat::csv && format != FileFormat::tsv) return;
  const Labels labels = count_labels(texts);
  if (labels.texts < kFewest) return;
  const bool no_names_found = labels.place.ends_with(":1");  // in a header
  const bool columns_open = options.columns.empty() && (no_names_found || options.header == Header::yes);
  require<FormatError>(
      !columns_open || !labels.too_many(), labels.place, ": ", labels.counts.size(), " labels in ", labels.texts,
      " texts: are these the texts? choose the columns of labels and texts (--columns): ", Excerpt{labels.first});
  const bool header_open = no_names_found && options.header == Header::automatic;
  require<FormatError>(
      !header_open || !labels.first_alone_stands_once(), labels.place,
      ": this label is the only one that occurs once: is it a header? choose with --header yes or no: ", Excerpt{labels.first});
}

}  // namespace weft::text
