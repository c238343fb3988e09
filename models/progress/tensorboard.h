// TensorBoard's event files.
#pragma once

#include <weft/models/progress/callback.h>

#include <cstdio>
#include <string>
#include <string_view>

namespace weft {

// Scalars in a file FOLDER/events.out.tfevents.SECONDS.weft, which TensorBoard shows as curves: train/loss, train/gradient_norm
// and train/learning_rate by update, at most one in `every` updates; train/epoch_<name> and dev/<name> by epoch, at the update
// where it ended. A training that is resumed adds a file to the folder. Throws IoError.
//
// The format: https://www.tensorflow.org/api_docs/python/tf/train/Example says of TFRecord files "length, masked CRC of the
// length, data, masked CRC of the data"; each record is a tensorflow.Event as protocol buffers encode it.
class TensorBoard {
 public:
  explicit TensorBoard(const std::string& folder, std::int64_t every = 10);
  ~TensorBoard();
  TensorBoard(const TensorBoard&) = delete;
  TensorBoard& operator=(const TensorBoard&) = delete;

  void add(const UpdateRecord& update);
  void add(const EpochRecord& record);

  // One number at a step. `seconds` since 1970 is the time it is shown with.
  void scalar(std::string_view tag, std::int64_t step, double value, double seconds);

 private:
  void write(std::string_view event);
  void flush();

  std::string path_;
  std::FILE* file_;
  std::int64_t every_;
  double flushed_ = 0;
  bool started_ = false, empty_ = true;
};

// Returns a callback that adds every update and epoch to such a file, which is made at once.
Callback tensorboard(const std::string& folder, std::int64_t every = 10);

namespace detail {
// CRC-32C (Castagnoli) as TFRecord files mask it: rotated right by 15 bits plus 0xa282ead8.
std::uint32_t masked_crc32c(std::string_view bytes);
// tensorflow.Event {wall_time, step, summary {value {tag, simple_value}}}.
std::string scalar_event(std::string_view tag, std::int64_t step, float value, double seconds);
// tensorflow.Event {wall_time, step, session_log {status START}}: TensorBoard then ignores what an earlier run wrote from this
// step on.
std::string start_event(std::int64_t step, double seconds);
}  // namespace detail

}  // namespace weft
