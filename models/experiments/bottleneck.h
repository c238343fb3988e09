// Compares two translators that differ only in attention, by their scores on sentences of each length.
#pragma once

#include <weft/models/report/report.h>
#include <weft/models/translator/translator.h>

#include <string>

namespace weft {

struct BottleneckOptions {
  // The options of both; model.attention is that of the first twin. The other has no attention and ignores the options that
  // depend on it: scaling, wiring, input feeding, coverage and copying; only it uses model.context_starts_only. Run i of each
  // twin has the seed fit.seed + i. fit.callbacks are called for all runs, one after the other. model_path and
  // fit.checkpoint.path must be empty, because all runs would write the same files.
  TranslatorTraining training;
  // Called before each run with its name, see bottleneck_run; its changes apply only to this run: a model_path, and callbacks
  // that write a log.
  std::function<void(const std::string& run, TranslatorTraining& training)> before_run = {};
  int seeds = 1;
  SearchOptions search = {};
  std::vector<std::int64_t> bounds = {};  // upper bounds of the groups of lengths, rising; empty: chosen by the test sources
};

// Returns "attention-7" or "fixed-7" for the seed 7, by which the run's files are named.
std::string bottleneck_run(bool attention, std::uint64_t seed);

struct BottleneckRun {
  bool attention = false;
  std::uint64_t seed = 0;
  double bleu = 0;     // of all test pairs
  double seconds = 0;  // of training and scoring in this process, without those before a resume
  report::QualityCurve quality;
  History history;
};

struct BottleneckResult {
  std::int64_t attention_parameters = 0, fixed_parameters = 0;
  std::string monitor = "loss";              // the validation score that chose the epochs
  std::vector<BottleneckRun> runs;           // for each seed, the one with attention, then the one without
  bool stopped = false;                      // a callback stopped it; the runs before that are complete
  std::vector<report::QualityCurve> curves;  // "with attention" and "fixed vector", of their runs
};

// Trains both twins for each seed and scores them by BLEU on the test pairs, where equal sources count as one with several
// references. The log goes to training.fit.log. Throws ValueError, before any training, for options out of range and for options
// that one of the twins does not have.
//
// Bahdanau, Cho and Bengio 2015, Neural machine translation by jointly learning to align and translate, figure 2.
BottleneckResult bottleneck(const std::vector<text::TextPair>& train, const std::vector<text::TextPair>& dev,
                            const std::vector<text::TextPair>& test, const BottleneckOptions& options);

namespace report {

// Adds BLEU, parameters, BLEU by length with the range of the seeds, and the learning curves of the first seed, both twins in one
// chart.
void add_bottleneck(Report& report, const BottleneckResult& result);

}  // namespace report

}  // namespace weft
