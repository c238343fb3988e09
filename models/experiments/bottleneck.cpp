#include <weft/models/charts/numbers.h>
#include <weft/models/experiments/bottleneck.h>
#include <weft/models/options/option_error.h>
#include <weft/models/report/learning_curves.h>
#include <weft/models/report/translator_report.h>
#include <weft/nn/module/module.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <ostream>

namespace weft {

namespace {

const char* name_of(bool attention) { return attention ? "with attention" : "fixed vector"; }

Seq2SeqOptions twin(Seq2SeqOptions model, bool attention) {
  if (attention) {
    model.context_starts_only = false;
    return model;
  }
  model.attention = AttentionKind::none;
  model.wiring = Wiring::luong;
  model.input_feeding = model.coverage = model.copy = false;
  model.coverage_loss = model.alignment_loss = 0;
  return model;
}

// Refuses before training what the search of one of the twins would refuse only after it.
void check_search(const BottleneckOptions& options) {
  SearchOptions search = options.search;
  require_option(search.coverage_penalty == 0, "bottleneck: ", OptionName{"coverage_penalty"}, " ", search.coverage_penalty,
                 " needs attention, which one of the twins lacks");
  require_option(!search.unknown, "bottleneck: ", OptionName{"unknown"}, " needs attention, which one of the twins lacks");
  if (!search.max_length) search.max_length = std::max(options.training.max_length, search.min_length);
  search.validate(Where{});
}

void check_options(const std::vector<text::TextPair>& test, const BottleneckOptions& options) {
  require_option(options.seeds >= 1, "bottleneck: ", OptionName{"seeds"}, " is ", options.seeds, ", not at least 1");
  require_option(options.training.model.has_attention(), "bottleneck: one of the twins needs attention, but ",
                 OptionName{"attention"}, " is none");
  require<ValueError>(!test.empty(), "bottleneck: there are no test pairs");
  std::int64_t before = 0;
  for (std::int64_t bound : options.bounds) {
    require_option(bound > before, "bottleneck: ", OptionName{"bounds"}, " must be positive and rising: ", bound, " after ",
                   before);
    before = bound;
  }
  check_search(options);
  require<ValueError>(options.training.model_path.empty(),
                      "bottleneck: the twins cannot be saved in one file, but model_path is \"", options.training.model_path,
                      "\"");
  require<ValueError>(options.training.fit.checkpoint.path.empty(),
                      "bottleneck: the twins have no checkpoints, but checkpoint.path is \"",
                      options.training.fit.checkpoint.path, "\"");
}

std::vector<report::QualityCurve> curves_of(const std::vector<BottleneckRun>& runs, bool attention) {
  std::vector<report::QualityCurve> curves;
  for (const BottleneckRun& run : runs)
    if (run.attention == attention) curves.push_back(run.quality);
  return curves;
}

// Fills in the run. Returns the number of the model's parameters, or nothing if training was asked to stop.
std::optional<std::int64_t> train_and_score(const std::vector<text::TextPair>& train, const std::vector<text::TextPair>& dev,
                                            const std::vector<text::TextPair>& test, TranslatorTraining& training,
                                            const BottleneckOptions& options, BottleneckRun& run) {
  using Clock = std::chrono::steady_clock;
  bool stopped = false;
  training.fit.callbacks.push_back(
      {.on_end = [&](const History& history, bool early) { run.history = history, stopped = early; }});
  const Clock::time_point start = Clock::now();
  Translator translator = Translator::train(train, dev, training);
  if (stopped) return {};
  const TranslatedSources translated = translator.translate_sources(test, options.search);
  run.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  run.bleu = report::bleu_of(translated);
  run.quality = report::quality_of(name_of(run.attention), translated, options.bounds);
  return nn::count_parameters(translator.model());
}

}  // namespace

std::string bottleneck_run(bool attention, std::uint64_t seed) {
  return (attention ? "attention-" : "fixed-") + std::to_string(seed);
}

BottleneckResult bottleneck(const std::vector<text::TextPair>& train, const std::vector<text::TextPair>& dev,
                            const std::vector<text::TextPair>& test, const BottleneckOptions& options) {
  check_options(test, options);
  BottleneckResult result;
  result.monitor = options.training.fit.monitor;
  for (int i = 0; i < 2 * options.seeds; ++i) {
    const bool attention = i % 2 == 0;
    TranslatorTraining training = options.training;
    training.model = twin(training.model, attention);
    training.fit.seed += static_cast<std::uint64_t>(i / 2);
    BottleneckRun run{.attention = attention, .seed = training.fit.seed, .quality = {}, .history = {}};
    if (options.before_run) options.before_run(bottleneck_run(attention, run.seed), training);
    const std::string name = std::string(name_of(attention)) + ", seed " + std::to_string(run.seed);
    std::ostream* log = options.training.fit.log;
    if (log) *log << name << " (" << std::to_string(i + 1) << "/" << std::to_string(2 * options.seeds) << ")" << std::endl;
    const auto parameters = train_and_score(train, dev, test, training, options, run);
    result.stopped = !parameters;
    if (result.stopped) break;
    (attention ? result.attention_parameters : result.fixed_parameters) = *parameters;
    if (log) *log << name << ": bleu " << report::fixed(run.bleu, 2) << std::endl;
    result.runs.push_back(std::move(run));
  }
  for (bool attention : {true, false})
    if (const auto curves = curves_of(result.runs, attention); !curves.empty())
      result.curves.push_back(report::mean_curve(name_of(attention), curves));
  return result;
}

namespace report {

namespace {

// Returns "31.20", or for several runs "31.20 (30.98 to 31.40)".
std::string bleu_text(const BottleneckResult& result, bool attention) {
  std::vector<double> scores;
  double sum = 0;
  for (const BottleneckRun& run : result.runs)
    if (run.attention == attention) {
      scores.push_back(run.bleu);
      sum += run.bleu;
    }
  if (scores.empty()) return "-";
  std::string text = fixed(sum / static_cast<double>(scores.size()), 2);
  const auto [low, high] = std::minmax_element(scores.begin(), scores.end());
  return scores.size() < 2 ? text : text + " (" + fixed(*low, 2) + " to " + fixed(*high, 2) + ")";
}

}  // namespace

void add_bottleneck(Report& report, const BottleneckResult& result) {
  report.summary =
      "Two translators with equal options, one with attention, the other with one fixed vector for the whole source, as in "
      "figure 2 of Bahdanau, Cho and Bengio 2015. Bands and ranges are those of the seeds.";
  auto number_text = [](std::int64_t parameters) { return parameters ? std::to_string(parameters) : "-"; };
  for (bool attention : {true, false})
    report.results.emplace_back(std::string("BLEU ") + name_of(attention), bleu_text(result, attention));
  report.results.emplace_back(std::string("parameters ") + name_of(true), number_text(result.attention_parameters));
  report.results.emplace_back(std::string("parameters ") + name_of(false), number_text(result.fixed_parameters));
  report.quality = result.curves;
  std::vector<std::pair<std::string, std::vector<LineChart>>> twins;
  for (std::size_t i = 0; i < std::min<std::size_t>(2, result.runs.size()); ++i)
    twins.emplace_back(name_of(result.runs[i].attention), learning_curves(result.runs[i].history, result.monitor));
  report.curves = overlaid(twins);
}

}  // namespace report

}  // namespace weft
