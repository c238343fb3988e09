// Token ids of more examples than fit into memory.
#pragma once

#include <weft/models/distributed/communicator.h>
#include <weft/models/io/unnamed_file.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

namespace weft {

// Sequences of ids, added one after the other and read in any order. They are in memory up to a limit; the rest is in an unnamed
// temporary file (in $TMPDIR, or else in /tmp) that the system reads and drops page by page. An id takes 4 bytes, and each
// sequence another 12 bytes of memory. Several threads may read at once. Ranks must add the same sequences, and those of a
// machine keep the ids once: the first of them writes them where the others read them, when all have added theirs.
class SequenceStore {
 public:
  static constexpr std::size_t kMemory = std::size_t{256} << 20;  // bytes

  // All ranks must make a store at the same time.
  explicit SequenceStore(std::size_t memory = kMemory, Communicator* ranks = nullptr);
  SequenceStore(SequenceStore&&) = default;
  SequenceStore& operator=(SequenceStore&&) = default;

  // Throws ValueError for an id that does not fit into 32 bits, IoError if the temporary file is needed and there can be none, or
  // there is no room for it.
  void add(std::span<const std::int64_t> ids);

  std::int64_t size() const { return std::ssize(starts_); }
  std::int64_t length(std::size_t i) const { return lengths_[i]; }
  std::span<const std::int32_t> operator[](std::size_t i) const { return {starts_[i], lengths_[i]}; }

  // Asks the system to read all of these sequences at once if they are not in memory, instead of page by page on access. This is
  // a hint, which changes no result.
  void prefetch(std::span<const std::size_t> indices) const;

  // A hash of all ids and lengths in their order.
  std::uint64_t fingerprint() const { return fingerprint_; }

  bool in_memory() const { return first_in_file_ == kNone; }

 private:
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

  // A contiguous block of ids, in memory of its own or in a part of a file.
  class Segment {
   public:
    explicit Segment(std::size_t ids);
    Segment(text::UnnamedFile& file, std::size_t ids);
    Segment(Segment&& other) noexcept;
    Segment& operator=(Segment&&) = delete;
    ~Segment();

    std::int32_t* data() const { return mapped_ ? mapped_ : owned_.get(); }
    std::size_t capacity() const { return capacity_; }
    bool is_writable() const { return writable_; }

   private:
    std::unique_ptr<std::int32_t[]> owned_;
    std::int32_t* mapped_ = nullptr;
    std::size_t capacity_ = 0;
    bool writable_ = true;
  };
  void make_room(std::size_t ids);

  std::uint64_t fingerprint_ = 0;
  std::size_t memory_left_;
  std::unique_ptr<text::UnnamedFile> shared_memory_, file_;  // null until needed if they are not shared
  std::vector<Segment> segments_;
  std::size_t used_ = 0;  // ids of the last segment
  std::vector<const std::int32_t*> starts_;
  std::vector<std::uint32_t> lengths_;
  std::size_t first_in_file_ = kNone;  // sequences from this one on lie in the file
};

}  // namespace weft
