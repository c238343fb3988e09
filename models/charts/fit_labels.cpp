#include <weft/models/charts/text_width.h>
#include <weft/models/io/utf8.h>

#include <algorithm>
#include <functional>
#include <map>

namespace weft::report {

namespace {

using Fit = std::function<std::string(std::string_view text, double room)>;  // room: as a share of the room for the whole label

std::vector<std::string> characters(const std::string& label) {
  std::vector<std::string> all;
  for (text::CodePoint c : text::CodePoints(label)) {
    all.emplace_back();
    text::append_utf8(all.back(), c.value);
  }
  return all;
}

std::string join(const std::vector<std::string>& characters, std::size_t begin) {
  std::string text;
  for (std::size_t i = begin; i < characters.size(); ++i) text += characters[i];
  return text;
}

// Returns the number of leading characters that all of `labels` share.
std::size_t shared(const std::vector<std::vector<std::string>>& labels) {
  std::size_t count = labels.front().size();
  for (const auto& label : labels) {
    const auto end = label.begin() + static_cast<std::ptrdiff_t>(std::min(count, label.size()));
    count = static_cast<std::size_t>(std::mismatch(label.begin(), end, labels.front().begin()).first - label.begin());
  }
  return count;
}

// Returns the beginning of the word that contains character `at` if it is near, otherwise `at`.
std::size_t word_begin(const std::vector<std::string>& label, std::size_t at) {
  constexpr std::size_t kNear = 8;
  for (std::size_t back = 1; back <= std::min(at, kNear); ++back)
    if (const std::string& c = label[at - back]; c == "_" || c == " " || c == "-" || c == "." || c == "/") return at - back + 1;
  return at;
}

std::string without_middle(const std::vector<std::string>& label, std::size_t keep_from, const Fit& fit) {
  constexpr double kHead = 0.35;
  std::string head = fit(join(label, 0), kHead);
  if (!head.ends_with("…")) head += "…";
  return head + fit(join(label, keep_from), 1 - kHead);
}

// Shortens the labels of `group` anew, so that they differ: they had all been shortened to the same text.
void tell_apart(const std::vector<std::string>& labels, const std::vector<std::size_t>& group, const Fit& fit,
                std::vector<std::string>& out) {
  std::vector<std::vector<std::string>> split;
  for (std::size_t i : group) split.push_back(characters(labels[i]));
  const std::size_t common = shared(split);
  for (std::size_t i = 0; i < group.size(); ++i)
    out[group[i]] = without_middle(split[i], std::min(word_begin(split[i], common), split[i].size()), fit);
}

std::vector<std::vector<std::size_t>> alike(const std::vector<std::string>& labels, const std::vector<std::string>& out) {
  std::map<std::string, std::vector<std::size_t>> by_text;
  for (std::size_t i = 0; i < labels.size(); ++i) by_text[out[i]].push_back(i);
  std::vector<std::vector<std::size_t>> groups;
  for (auto& [text, group] : by_text) {
    const std::string& first = labels[group.front()];
    if (std::any_of(group.begin(), group.end(), [&](std::size_t i) { return labels[i] != first; }))
      groups.push_back(std::move(group));
  }
  return groups;
}

std::vector<std::string> fit_apart(const std::vector<std::string>& labels, const Fit& fit) {
  std::vector<std::string> out;
  for (const std::string& label : labels) out.push_back(fit(label, 1));
  constexpr int kRounds = 4;
  for (int round = 0; round < kRounds; ++round)
    for (const auto& group : alike(labels, out)) tell_apart(labels, group, fit, out);
  for (const auto& group : alike(labels, out))
    for (std::size_t i : group) out[i] = fit(labels[i], 0.6).append("#").append(std::to_string(i + 1));
  return out;
}

}  // namespace

std::vector<std::string> fit_labels(const std::vector<std::string>& labels, double size, double most) {
  return fit_apart(labels, [&](std::string_view text, double room) { return fit_pixels(text, size, room * most); });
}

std::vector<std::string> fit_labels_to_columns(const std::vector<std::string>& labels, std::size_t columns) {
  return fit_apart(labels, [&](std::string_view text, double room) {
    return fit_width(text, static_cast<std::size_t>(room * static_cast<double>(columns)));
  });
}

}  // namespace weft::report
