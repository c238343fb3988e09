// Difficult lines of a million bytes are processed with a small stack and little memory.
#include "tests/models/io/temporary_file.h"

#include "tests/sanitizers.h"

#include <weft/models/data/files.h>
#include <weft/models/io/utf8.h>
#include <weft/models/metrics/rouge.h>
#include <weft/models/metrics/text_scores.h>
#include <weft/models/subwords/bpe_learn.h>
#include <weft/models/subwords/tokenizer.h>
#include <weft/models/text/white_space.h>
#include <weft/models/text/word_ngrams.h>

#include <doctest/doctest.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

using namespace weft;
using namespace weft::text;
using test::TemporaryFile;

namespace {

constexpr std::size_t kBytes = 1'000'000;

std::string repeated(const std::string& part, std::size_t bytes) {
  std::string line;
  line.reserve(bytes + part.size());
  while (line.size() < bytes) line += part;
  return line;
}

const std::vector<std::pair<const char*, std::string>>& kinds() {
  static const std::vector<std::pair<const char*, std::string>> all{
      {"contractions", "a's"},
      {"apostrophes", "'"},
      {"typographic apostrophes", "n’t"},
      {"elisions", "l'"},
      {"elided words", "qu'n't-"},
      {"full stops", "."},
      {"abbreviations", "u."},
      {"digits", "1234567890"},
      {"numbers", "3,141.59:26/5"},
      {"hyphens", "-"},
      {"hyphenated", "ab-"},
      {"one letter", "x"},
      {"words of one letter", "x "},
      {"no spaces", "thequickbrownfox"},
      {"combining marks", "\u0316\u0301"},
      {"marks that fall apart", "\u0F73\u0F71"},
      {"many marks on letters", "e\u0301\u0323\u0301"},
      {"invalid UTF-8", "\xFF\xC3"},
      {"emoji with joiners", "👩‍👩‍👧"},
      {"quotes", "\"\""},
      {"underscores", "_"},
      {"URLs", "https://a.b/c?d=e&amp;f#g_"},
      {"entities", "&amp;"},
      {"open entities", "&#x"},
      {"CJK", "汉字漢字"},
      {"Hangul", "\u1112\u1161\u11AB"},
      {"white space", " \u3000\u00A0"},
      {"capitals", "ΑΣ'"},
      {"brackets", "{[("},
      {"mixed marks", "!?"},
  };
  return all;
}

struct Work {
  const std::function<void()>& run;
  std::exception_ptr error;
};

void* run_work(void* argument) {
  auto& work = *static_cast<Work*>(argument);
  try {
    work.run();
  } catch (...) {
    work.error = std::current_exception();
  }
  return nullptr;
}

std::size_t address_space() {
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

// Calls `run` on a stack of 256 KiB and with at most `bytes` more memory than the program has now. Rethrows its exceptions;
// exceeding the memory throws bad_alloc.
void in_little_memory(std::size_t bytes, const std::function<void()>& run) {
  Work work{run, nullptr};
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  REQUIRE(pthread_attr_setstacksize(&attributes, 256 << 10) == 0);
  rlimit before{};
  getrlimit(RLIMIT_AS, &before);
  if (!test::kAddressSanitizer) {  // the sanitizer reserves terabytes
    rlimit limit = before;
    limit.rlim_cur = std::min<rlim_t>(before.rlim_cur, address_space() + bytes);
    setrlimit(RLIMIT_AS, &limit);
  }
  pthread_t thread{};
  const bool started = pthread_create(&thread, &attributes, run_work, &work) == 0;
  if (started) pthread_join(thread, nullptr);
  setrlimit(RLIMIT_AS, &before);
  pthread_attr_destroy(&attributes);
  REQUIRE(started);
  if (work.error) std::rethrow_exception(work.error);
}

constexpr std::size_t kMemory = std::size_t{384} << 20;

}  // namespace

TEST_CASE("long lines: every tokenizer takes linear time and memory") {
  const Tokenizer words, as_written{TokenizerOptions{.lower_case = false, .split_punctuation = false}},
      characters{TokenizerOptions{.unit = Unit::character, .normalization = Normalization::nfkc}},
      pattern{TokenizerOptions{.token_pattern = "\\w+|[^\\w\\s]+"}};
  for (const auto& kind : kinds()) {
    CAPTURE(kind.first);
    const std::string half = repeated(kind.second, kBytes / 2), line = repeated(kind.second, kBytes);
    in_little_memory(kMemory, [&] {
      for (const Tokenizer* tokenizer : {&words, &as_written, &characters, &pattern}) {
        const std::size_t tokens = tokenizer->tokens(line).size(), twice = 2 * tokenizer->tokens(half).size();
        CHECK(tokens + 16 >= twice);
        CHECK(tokens <= twice + 16);
      }
    });
  }
}

TEST_CASE("long lines: pieces of words are learnt and applied in linear time") {
  for (const auto& kind : kinds()) {
    CAPTURE(kind.first);
    const std::string line = repeated(kind.second, kBytes);
    in_little_memory(kMemory, [&] {
      const TokenizerOptions options{.lower_case = false, .split_punctuation = false};
      TokenCounts counts;
      count_tokens(tokenize(line, options), counts);
      for (auto& [word, count] : counts) count += 1;
      const Tokenizer pieces(options, learn_bpe(counts, {.merges = 40}));
      CHECK(pieces.text(pieces.tokens(line)) == join(tokenize(line, options)));
    });
  }
}

// If each merge scanned the whole word, learning would take 8000 times its length.
TEST_CASE("long lines: many merges are learnt from one word without spaces") {
  std::string word;
  std::uint32_t state = 1;
  while (word.size() < kBytes) word += static_cast<char>('a' + ((state = state * 1664525 + 1013904223) >> 24) % 26);
  const TokenCounts counts{{word, 1}};
  in_little_memory(kMemory, [&] {
    const Bpe bpe(learn_bpe(counts, {.merges = 8000}));
    CHECK(bpe.codes().size() == 8000);
    std::vector<std::string> pieces;
    bpe.segment(word, pieces);
    CHECK(pieces.size() < kBytes / 2);
    CHECK(Bpe::join(pieces) == word);
  });
}

TEST_CASE("long lines: n-grams take linear time and memory") {
  const std::string line = repeated("x y ", kBytes / 4);
  in_little_memory(kMemory, [&] { CHECK(with_ngrams(tokenize(line), 3).size() == 3 * (kBytes / 8) - 3); });
}

TEST_CASE("long lines: every format is read in linear time and memory") {
  for (const auto& kind : kinds()) {
    CAPTURE(kind.first);
    const std::string text = "x" + repeated(kind.second, kBytes);
    std::string quoted, escaped;
    for (char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
    for (char c : text) escaped += c == '"' ? "\\\"" : std::string(1, c);
    const std::vector<std::pair<FileFormat, std::string>> files{
        {FileFormat::tsv, "label\ttext\na\t" + text + "\n"},
        {FileFormat::csv, "label,text\na,\"" + quoted + "\"\n"},
        {FileFormat::fasttext, "__label__a " + text + "\n"},
        {FileFormat::jsonl, "{\"label\": \"a\", \"text\": \"" + escaped + "\"}\n"}};
    for (const auto& file_row : files) {
      const TemporaryFile file(file_row.second);
      in_little_memory(kMemory, [&] {
        const auto examples = read_all(*labelled_file(file.path(), {.format = file_row.first}));
        REQUIRE(examples.size() == 1);
        CHECK(examples[0].text.size() >= kBytes);
      });
    }
  }
}

TEST_CASE("long lines: invalid lines of any length are refused") {
  struct Row {
    FileFormat format;
    std::string content;
  };
  const std::vector<Row> rows{
      {FileFormat::tsv, repeated("a\t", kBytes)},
      {FileFormat::csv, "a,b\n" + repeated("a,", kBytes)},
      {FileFormat::csv, "a,b\na,\"" + repeated("\"\"", kBytes)},
      {FileFormat::csv, "a,b\na,\"" + repeated("x\n", kBytes)},
      {FileFormat::csv, repeated("a,", kBytes) + "\n"},
      {FileFormat::jsonl, "{\"label\": " + repeated("[", kBytes)},
      {FileFormat::jsonl, "{\"x\": " + repeated("[", kBytes)},
      {FileFormat::jsonl, repeated("{\"x\":", kBytes)},
      {FileFormat::jsonl, "{\"x\": " + repeated("1", kBytes)},
      {FileFormat::jsonl, "{\"label\": \"" + repeated("\\u00", kBytes)},
      {FileFormat::fasttext, repeated("__label__a ", kBytes)},
  };
  for (const Row& row : rows) {
    CAPTURE(row.content.substr(0, 20));
    const TemporaryFile file(row.content);
    in_little_memory(kMemory, [&] {
      std::string message;
      try {
        read_all(*labelled_file(file.path(), {.format = row.format}));
      } catch (const FormatError& error) {
        message = error.what();
      }
      CHECK(message.starts_with(file.path() + ":"));
      CHECK(message.size() < file.path().size() + 700);
    });
  }
}

namespace {

// Computes chrF of one line from maps of its n-grams.
double chrf_of(const std::string& hypothesis, const std::string& reference) {
  auto characters = [](const std::string& line) {
    std::u32string all;
    for (CodePoint c : CodePoints(line))
      if (!is_white_space(c.value)) all += c.value;
    return all;
  };
  const std::u32string a = characters(hypothesis), b = characters(reference);
  double precision = 0, recall = 0;
  std::size_t orders = 0;
  for (std::size_t n = 1; n <= 6 && n <= std::min(a.size(), b.size()); ++n, ++orders) {
    std::map<std::u32string, std::size_t> found, wanted;
    for (std::size_t i = 0; i + n <= a.size(); ++i) ++found[a.substr(i, n)];
    for (std::size_t i = 0; i + n <= b.size(); ++i) ++wanted[b.substr(i, n)];
    std::size_t common = 0;
    for (const auto& [ngram, count] : found) {
      const auto other = wanted.find(ngram);
      if (other != wanted.end()) common += std::min(count, other->second);
    }
    precision += static_cast<double>(common) / static_cast<double>(a.size() - n + 1);
    recall += static_cast<double>(common) / static_cast<double>(b.size() - n + 1);
  }
  if (orders == 0 || precision + recall == 0) return 0;
  return 100 * 5 * precision * recall / (4 * precision + recall) / static_cast<double>(orders);
}

bool is_in_word(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Returns ROUGE-L of a line without the word y against "y" + line + " y".
double rouge_l_of(const std::string& line) {
  double words = 0;
  for (std::size_t i = 0; i < line.size(); ++i) words += is_in_word(line[i]) && (i == 0 || !is_in_word(line[i - 1]));
  const bool first_grows = is_in_word(line[0]);  // the first word becomes another word
  const double common = words - first_grows, others = words + (first_grows ? 1 : 2);
  return common == 0 ? 0 : 2 * common / (words + others);
}

}  // namespace

TEST_CASE("long lines: BLEU, chrF and ROUGE need little memory") {
  constexpr std::size_t kLess = kBytes / 30;
  for (const auto& kind : kinds()) {
    CAPTURE(kind.first);
    const std::string line = repeated(kind.second, kLess), other = "y" + line + " y";
    const metrics::References references{other};
    std::vector<metrics::TextScores> scores;
    double rouge_l = 0;
    in_little_memory(kMemory / 8, [&] {
      for (auto tokenizer : {metrics::BleuTokenizer::none, metrics::BleuTokenizer::mteval13a, metrics::BleuTokenizer::character})
        scores.push_back(metrics::text_scores(std::span(&line, 1), std::span(&references, 1), {.tokenizer = tokenizer}));
      rouge_l = metrics::rouge(line, references).rouge_l.f1;
    });
    for (const metrics::TextScores& each : scores) CHECK(each.chrf == doctest::Approx(chrf_of(line, other)).epsilon(1e-12));
    if (chrf_of(line, other) > 0) CHECK(scores.back().bleu.score > 99);  // BLEU of characters, if the line has any
    CHECK(rouge_l == doctest::Approx(rouge_l_of(line)).epsilon(1e-12));
  }
}

TEST_CASE("long lines: ROUGE takes texts of many words and many sentences") {
  constexpr std::size_t kLess = kBytes / 10;
  const std::string words = repeated("a b c ", kLess), others = repeated("c a b b ", kLess);
  const std::string sentences = repeated("a b\nc\n", kLess), turned = repeated("c\na b\n", kLess);
  in_little_memory(kMemory / 4, [&] {
    CHECK(metrics::rouge(words, {others}).rouge_l.f1 > 0.5);
    CHECK(metrics::rouge(sentences, {turned}).rouge_lsum.f1 > 0.99);
  });
}

TEST_CASE("a million distinct words need little memory") {
  in_little_memory(std::size_t{1} << 30, [] {
    TokenCounts counts;
    for (int i = 0; i < 1'000'000; ++i) counts["w" + std::to_string(i)] = 1 + i % 3;
    const Vocabulary vocabulary = Vocabulary::build(counts, {.size_limit = 1'000'002});
    CHECK(vocabulary.size() == 1'000'002);
    CHECK(vocabulary.id("w999999") != kUnknownId);
    const Tokenizer pieces({.split_punctuation = false}, learn_bpe(counts, {.merges = 8}));
    std::size_t cut = 0;
    for (const auto& [word, count] : counts) cut += pieces.tokens(word).size();  // more words than are remembered
    CHECK(cut >= counts.size());
  });
}
