// Two translators that differ in attention alone, and how both do on sentences of each length.
#pragma once

#include <weft/models/report/report.h>
#include <weft/models/translator/translator.h>

#include <string>

namespace weft {

struct BottleneckOptions {
  // Of both; model.attention is that of the first twin. The other has none, and leaves out what belongs to attention: scaling,
  // wiring, input feeding, coverage and copying; model.context_starts_only is its own. Run i of each twin has the seed fit.seed +
  // i. fit.callbacks see all runs, one after the other. model_path and fit.checkpoint.path are empty: files that all runs write
  // would be mixed up.
  TranslatorTraining training;
  // Called before each run with its name, as bottleneck_run has it; what it changes holds for this run alone: a model_path, and
  // callbacks that write a log.
  std::function<void(const std::string& run, TranslatorTraining& training)> before_run = {};
  int seeds = 1;
  SearchOptions search = {};
  std::vector<std::int64_t> bounds = {};  // of the groups of lengths, rising; empty: chosen by the test sources
};

// "attention-7" or "fixed-7" for the seed 7: what the run's files are called by.
std::string bottleneck_run(bool attention, std::uint64_t seed);

struct BottleneckRun {
  bool attention = false;
  std::uint64_t seed = 0;
  double bleu = 0;     // of all test pairs
  double seconds = 0;  // of training and scoring in this process; before a resume there were more
  report::QualityCurve quality;
  History history;
};

struct BottleneckResult {
  std::int64_t attention_parameters = 0, fixed_parameters = 0;
  std::string monitor = "loss";              // the validation score that chose the epochs
  std::vector<BottleneckRun> runs;           // for each seed that with attention, then that without
  bool stopped = false;                      // training.fit.stop ended it: there are the runs before
  std::vector<report::QualityCurve> curves;  // "with attention" and "fixed vector", of their runs
};

// Trains both twins for each seed and scores them by BLEU on the test pairs, of which equal sources are one with several
// references. What is logged goes to training.fit.log. Throws ValueError, before any training, for options out of range and
// for those that one of the twins cannot have.
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
