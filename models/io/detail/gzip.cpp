#include <weft/models/io/detail/gzip.h>
#include <weft/tensor/base/error.h>

#include <zlib.h>

#include <algorithm>
#include <new>
#include <utility>

namespace weft::text {

namespace {

constexpr char kMagic[] = {'\x1F', '\x8B'};

class GzipBytes final : public ByteStream {
 public:
  GzipBytes(std::unique_ptr<ByteStream> compressed, std::string name)
      : compressed_(std::move(compressed)), name_(std::move(name)) {
    constexpr int kGzipAlone = 16;
    if (inflateInit2(&state_, MAX_WBITS + kGzipAlone) != Z_OK) throw std::bad_alloc();
  }
  GzipBytes(const GzipBytes&) = delete;
  GzipBytes& operator=(const GzipBytes&) = delete;
  ~GzipBytes() override { inflateEnd(&state_); }

  std::size_t read(std::span<char> buffer) override {
    state_.next_out = reinterpret_cast<Bytef*>(buffer.data());
    const auto room = static_cast<uInt>(std::min(buffer.size(), std::size_t{1} << 30));
    state_.avail_out = room;
    while (state_.avail_out == room) {
      if (between_members_) {
        if (!skip_padding()) return 0;
        start_member();
      }
      const bool ended = !fill();
      const int result = inflate(&state_, Z_NO_FLUSH);
      if (result == Z_MEM_ERROR) throw std::bad_alloc();
      require<FormatError>(result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR, name_,
                           ": the gzip data is broken: ", state_.msg ? state_.msg : "it needs a dictionary");
      require<FormatError>(!(result == Z_BUF_ERROR && ended), name_, ": the gzip data is truncated");
      between_members_ = result == Z_STREAM_END;
    }
    return room - state_.avail_out;
  }

 private:
  // Returns false at the end of the compressed data.
  bool fill() {
    if (state_.avail_in > 0) return true;
    state_.avail_in = static_cast<uInt>(compressed_->read(input_));
    state_.next_in = reinterpret_cast<Bytef*>(input_.data());
    return state_.avail_in > 0;
  }
  // Skips the zeros with which tapes and disks pad files, as gzip(1) does. Returns false at the end of the compressed data.
  bool skip_padding() {
    while (fill()) {
      while (state_.avail_in > 0 && *state_.next_in == 0) ++state_.next_in, --state_.avail_in;
      if (state_.avail_in > 0) return true;
    }
    return false;
  }
  void start_member() {
    require<FormatError>(*state_.next_in == static_cast<unsigned char>(kMagic[0]), name_,
                         ": there is other data after the gzip data");
    inflateReset(&state_);
    between_members_ = false;
  }

  std::unique_ptr<ByteStream> compressed_;
  std::string name_;
  std::string input_ = std::string(std::size_t{1} << 16, '\0');
  z_stream state_{};
  bool between_members_ = false;
};

}  // namespace

bool begins_as_gzip(std::span<const char> bytes) { return bytes.size() >= 2 && bytes[0] == kMagic[0] && bytes[1] == kMagic[1]; }

std::unique_ptr<ByteStream> gunzip(std::unique_ptr<ByteStream> compressed, std::string name) {
  return std::make_unique<GzipBytes>(std::move(compressed), std::move(name));
}

}  // namespace weft::text
