#include <weft/models/training/detail/epoch_progress.h>
#include <weft/tensor/base/plain_text.h>

#include <iomanip>
#include <iostream>

namespace weft::detail {

namespace {

// A stream that writes nothing.
std::ostream& nowhere() {
  static std::ostream stream(nullptr);
  return stream;
}

std::string label(const Training& training) {
  std::string text = "epoch ";
  text += std::to_string(training.state.epoch);
  text += '/';
  text += std::to_string(training.options.epochs);
  return text;
}

}  // namespace

EpochProgress::EpochProgress(const Training& training, std::int64_t batches, const Tally& tally)
    : training_(training),
      tally_(tally),
      progress_(training.options.progress ? std::cerr : nowhere(), training.options.progress ? stderr_columns : no_columns,
                label(training), batches, training.state.batch),
      seconds_before_(training.state.record.seconds),
      tokens_before_(training.state.record.tokens) {}

void EpochProgress::update() {
  progress_.update(training_.state.batch, training_.state.record.tokens - tokens_before_, "tokens", [this] { return note(); });
}

std::string EpochProgress::note() const {
  PlainText text;
  text << "loss " << std::fixed << std::setprecision(4) << printable(tally_.mean_loss());
  const Metrics& metrics = training_.learner.metrics;
  if (!metrics.empty())
    text << "  " << metrics.front()->name() << ' ' << std::setprecision(2) << printable(100 * metrics.front()->value());
  return text.str();
}

}  // namespace weft::detail
