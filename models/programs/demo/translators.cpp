// The translators of the demo.
#include <weft/models/generated/generate_english_french.h>
#include <weft/models/io/decimal.h>
#include <weft/models/programs/demo/command.h>
#include <weft/models/report/alignment.h>
#include <weft/models/report/quality_by_length.h>
#include <weft/models/report/translator_report.h>
#include <weft/models/translator/translator.h>

#include <algorithm>
#include <iostream>

namespace weft::programs {

void title(const std::string& text) { std::cout << "\n== " << text << "\n\n" << std::flush; }

namespace {

struct Trained {
  Translator translator;
  report::QualityCurve curve;
};

// Trains one twin and scores it on the test pairs.
Trained train_translator(const std::string& name, AttentionKind attention, const std::vector<text::TextPair>& train,
                         const std::vector<text::TextPair>& test) {
  title("Translator, " + name + ": " + std::to_string(train.size()) + " generated English-French pairs");
  TranslatorTraining options;
  options.model.attention = attention;
  options.model.embedding_dim = 96;
  options.model.hidden = 160;
  options.model.dropout = 0.1;
  options.learning_rate = 3e-3;
  options.fit.batch_size = 32;
  options.fit.epochs = 8;
  options.fit.log = &std::cout;
  Translator translator = Translator::train(train, {}, options);

  const TranslatedSources translated = translator.translate_sources(test);
  const std::vector<std::int64_t> bounds{6, 12, 18, 24};
  std::cout << "\ntest BLEU " << text::fixed(report::bleu_of(translated), 2) << '\n';
  return {std::move(translator), report::quality_of(name, translated, bounds)};
}

}  // namespace

void show_translators(report::Report& report) {
  auto pairs = text::generate_pairs(12600, 1, {.min_words = 3, .max_words = 30});
  std::vector<text::TextPair> train(pairs.begin(), pairs.begin() + 12000), test(pairs.begin() + 12000, pairs.end());
  Trained attending = train_translator("with attention", AttentionKind::general, train, test);

  std::cout << '\n';
  auto is_short = [](const text::TextPair& pair) { return std::count(pair.source.begin(), pair.source.end(), ' ') < 9; };
  std::vector<std::string> samples;
  for (auto pair = test.begin(); pair != test.end() && samples.size() < 3; ++pair)
    if (is_short(*pair)) samples.push_back(pair->source);
  for (const Translation& translation : attending.translator.translate(samples)) {
    std::cout << "  " << text::join(translation.source) << "\n  " << translation.text << '\n';
    std::cout << alignment_picture(translation.source, translation.target, translation.attention) << '\n';
    report.alignments.push_back({translation.source, translation.target, translation.attention, translation.text});
  }

  Trained fixed = train_translator("fixed vector", AttentionKind::none, train, test);
  title("The bottleneck: BLEU by length of the English sentence");
  report.quality = {attending.curve, fixed.curve};
  std::cout << report::terminal_picture(report.quality);
}

}  // namespace weft::programs
