#include <weft/models/classifier/compare_classifiers.h>
#include <weft/models/classifier/detail/comparison_splits.h>
#include <weft/models/classifier/detail/training_survey.h>
#include <weft/models/progress/progress.h>
#include <weft/tensor/runtime/parallel.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <exception>
#include <iostream>
#include <limits>
#include <mutex>
#include <numeric>
#include <set>
#include <thread>

namespace weft {

namespace {

constexpr std::size_t kFewestTexts = 20, kFewestScoring = 200, kFewTexts = 2000;
constexpr std::int64_t kFewWords = 100000;

// The training of one candidate on one split.
struct Job {
  std::size_t candidate, run;
  double score = 0, seconds = 0;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

// Returns the standard error of the difference between two finalists' means, from the residuals of the scores after fitting a
// mean for each finalist and one for each run.
double standard_error(const std::vector<CandidateScores>& candidates, std::size_t finalists, std::size_t runs) {
  std::vector<double> run_means(runs);
  double all = 0, squares = 0;
  for (std::size_t i = 0; i < finalists; ++i)
    for (std::size_t run = 0; run < runs; ++run) {
      run_means[run] += candidates[i].scores[run] / static_cast<double>(finalists);
      all += candidates[i].scores[run] / static_cast<double>(finalists * runs);
    }
  for (std::size_t i = 0; i < finalists; ++i)
    for (std::size_t run = 0; run < runs; ++run) {
      const double left = candidates[i].scores[run] - candidates[i].mean() - run_means[run] + all;
      squares += left * left;
    }
  const double variance = squares / static_cast<double>((finalists - 1) * (runs - 1));
  return std::sqrt(2 * variance / static_cast<double>(runs));
}

// Runs a comparison: its trainings are spread over as many threads as the caller has.
class Comparison {
 public:
  Comparison(const std::vector<text::LabelledText>& train, const std::vector<text::LabelledText>& dev,
             const ComparisonOptions& options)
      : options_(options), texts_(train), dev_(dev) {
    const bool has_dev = dev_.size() >= kFewestScoring;
    if (!has_dev) texts_.insert(texts_.end(), dev_.begin(), dev_.end());
    check_texts();
    const TrainingSurvey survey = survey_texts(text::MemorySource<text::LabelledText>(texts_), options.base, {});
    usual_ngrams_ = survey.recommended_ngrams();
    texts_ = detail::draw_texts(texts_, most_texts(survey), options.base.fit.seed);
    plan_.texts = texts_.size();
    plan_.has_dev = has_dev;
    const bool few = survey.texts < kFewTexts && survey.words < kFewWords;
    if (few) plan_.first_runs = 2, plan_.runs = 5;
    for (std::size_t run = 0; run < plan_.runs; ++run)
      splits_.push_back(has_dev ? detail::dev_split(texts_, dev_, run, options.base.fit.seed)
                                : detail::fold_split(texts_, run, options.base.fit.seed, !few));
    plan_.scoring_texts = splits_[0].scores.size();
  }

  ClassifierComparison run();

 private:
  void check_texts() const;
  std::int64_t most_texts(const TrainingSurvey& survey) const;
  void add(std::vector<ClassifierCandidate> candidates);
  void score(std::size_t first, std::size_t count, std::size_t first_run, std::size_t runs);
  void train(Job& job) const;
  void run_all(std::vector<Job>& jobs);
  void sort_by_mean(std::size_t count) {
    std::stable_sort(scores_.begin(), scores_.begin() + static_cast<std::ptrdiff_t>(count),
                     [](const CandidateScores& a, const CandidateScores& b) { return a.mean() > b.mean(); });
  }

  const ComparisonOptions& options_;
  std::vector<text::LabelledText> texts_;
  const std::vector<text::LabelledText>& dev_;
  ComparisonPlan plan_;
  std::int64_t usual_ngrams_;  // what training chooses if the base does not set it
  std::vector<detail::ComparisonSplit> splits_;
  std::vector<CandidateScores> scores_;
  std::int64_t done_ = 0;
  std::unique_ptr<Progress> progress_;
};

void Comparison::check_texts() const {
  require<ValueError>(texts_.size() >= kFewestTexts, "compare: needs at least ", kFewestTexts, " texts, but the data has ",
                      texts_.size());
  std::set<std::string> labels;
  for (const text::LabelledText& example : texts_) labels.insert(example.label);
  require<ValueError>(labels.size() >= 2, "compare: needs at least two labels, but the data has ", labels.size());
}

// Returns how many texts to draw: the number that have most_words together on average, but at most most_texts; 0 for all.
std::int64_t Comparison::most_texts(const TrainingSurvey& survey) const {
  if (options_.most_words == 0 || survey.words <= options_.most_words) return options_.most_texts;
  const double share = static_cast<double>(options_.most_words) / static_cast<double>(survey.words);
  const auto most = std::max(static_cast<std::int64_t>(share * static_cast<double>(survey.texts)), std::int64_t{kFewestTexts});
  return options_.most_texts == 0 ? most : std::min(most, options_.most_texts);
}

void Comparison::train(Job& job) const {
  const detail::ComparisonSplit& split = splits_[job.run];
  ClassifierTraining training = scores_[job.candidate].candidate.training;
  training.fit.seed += job.run;
  training.fit.log = nullptr;
  training.fit.progress = false;
  training.model_path.clear();
  const auto start = std::chrono::steady_clock::now();
  TextClassifier classifier = TextClassifier::train(split.train, split.chooses, training);
  job.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const ClassifierScores scores = classifier.evaluate(split.scores);
  job.score = training.fit.monitor == "macro_f1" ? scores.macro_f1 : scores.accuracy;
}

// Each worker thread takes one job at a time while this thread shows the progress. The first error is rethrown when all threads
// have ended.
void Comparison::run_all(std::vector<Job>& jobs) {
  constexpr std::chrono::milliseconds kLook(100);
  std::atomic<std::size_t> next{0};
  std::size_t ended = 0;
  std::exception_ptr error;
  std::mutex mutex;
  std::condition_variable change;
  auto work = [&] {
    for (std::size_t i; (i = next++) < jobs.size();) {
      std::exception_ptr own;
      try {
        train(jobs[i]);
      } catch (...) {
        own = std::current_exception();
        next = jobs.size();
      }
      const std::lock_guard lock(mutex);
      if (own && !error) error = own;
      if (!own) ++done_;
      change.notify_one();
    }
    const std::lock_guard lock(mutex);
    ++ended;
    change.notify_one();
  };
  std::vector<std::jthread> workers;
  const std::size_t count = std::min(static_cast<std::size_t>(threads()), jobs.size());
  for (std::size_t i = 0; i < count; ++i) workers.emplace_back(work);
  std::unique_lock lock(mutex);
  while (ended < count) {
    change.wait_for(lock, kLook);
    if (progress_) progress_->update(done_, done_ * static_cast<std::int64_t>(splits_[0].train.size()), "texts");
  }
  lock.unlock();
  if (error) std::rethrow_exception(error);
}

void Comparison::add(std::vector<ClassifierCandidate> candidates) {
  for (ClassifierCandidate& candidate : candidates) scores_.push_back({std::move(candidate)});
}

// Trains `count` candidates, starting with number `first`, on the splits first_run to runs - 1.
void Comparison::score(std::size_t first, std::size_t count, std::size_t first_run, std::size_t runs) {
  std::vector<Job> jobs;
  for (std::size_t run = first_run; run < runs; ++run)
    for (std::size_t i = first; i < first + count; ++i) jobs.push_back({i, run});
  run_all(jobs);
  for (const Job& job : jobs) {
    CandidateScores& scores = scores_[job.candidate];
    scores.scores.push_back(job.score);
    scores.run_seconds.push_back(job.seconds);
  }
}

ClassifierComparison Comparison::run() {
  if (options_.on_plan) options_.on_plan(plan_);
  if (options_.base.fit.progress)
    progress_ = std::make_unique<Progress>(std::cerr, stderr_columns, "comparing", static_cast<std::int64_t>(plan_.trainings()));
  add(reading_candidates(options_.base));
  score(0, scores_.size(), 0, plan_.first_runs);
  sort_by_mean(scores_.size());
  const std::size_t readings = scores_.size();
  for (std::size_t i : {std::size_t{0}, std::size_t{1}}) add(variants_of(scores_[i].candidate, usual_ngrams_));
  score(readings, scores_.size() - readings, 0, plan_.first_runs);
  sort_by_mean(scores_.size());
  score(0, ComparisonPlan::kFinalists, plan_.first_runs, plan_.runs);
  sort_by_mean(ComparisonPlan::kFinalists);
  progress_.reset();

  ClassifierComparison result{plan_, std::move(scores_), ComparisonPlan::kFinalists};
  for (std::size_t i = 0; i < result.finalists; ++i) {
    CandidateScores first = result.candidates[i];
    first.scores.resize(plan_.first_runs);
    result.shift += (result.candidates[i].mean() - first.mean()) / static_cast<double>(result.finalists);
  }
  result.standard_error = standard_error(result.candidates, result.finalists, plan_.runs);
  for (std::size_t i = 0; i < result.finalists; ++i)
    if (result.within_noise(i) &&
        complexity(result.candidates[i].candidate) < complexity(result.candidates[result.advised].candidate))
      result.advised = i;
  return result;
}

}  // namespace

double CandidateScores::mean() const {
  return std::accumulate(scores.begin(), scores.end(), 0.0) / static_cast<double>(scores.size());
}

double CandidateScores::deviation() const {
  if (scores.size() < 2) return std::numeric_limits<double>::quiet_NaN();
  double squares = 0;
  for (double score : scores) squares += (score - mean()) * (score - mean());
  return std::sqrt(squares / static_cast<double>(scores.size() - 1));
}

double CandidateScores::seconds() const { return median(run_seconds); }

ClassifierComparison compare_classifiers(const std::vector<text::LabelledText>& train, const std::vector<text::LabelledText>& dev,
                                         const ComparisonOptions& options) {
  return Comparison(train, dev, options).run();
}

}  // namespace weft
