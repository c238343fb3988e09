#include <weft/models/distributed/shared_file.h>
#include <weft/models/io/detail/order.h>
#include <weft/models/training/sequence_store.h>
#include <weft/tensor/base/error.h>

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <system_error>
#include <utility>

namespace weft {

namespace {

constexpr std::size_t kSmallest = std::size_t{1} << 14, kLargest = std::size_t{1} << 22;  // ids of a segment

std::size_t page_size() {
  static const auto size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return size;
}

}  // namespace

SequenceStore::Segment::Segment(std::size_t ids) : owned_(std::make_unique_for_overwrite<std::int32_t[]>(ids)), capacity_(ids) {}

// Maps what a file that another process writes will have there.
SequenceStore::Segment::Segment(text::UnnamedFile& file, std::size_t ids) : writable_(file.is_writable()) {
  const std::size_t page = page_size(), bytes = (ids * sizeof(std::int32_t) + page - 1) / page * page;
  const auto offset = static_cast<off_t>(file.size());
  file.extend(bytes);
  const int access = writable_ ? PROT_READ | PROT_WRITE : PROT_READ;
  void* memory = mmap(nullptr, bytes, access, MAP_SHARED, file.descriptor(), offset);
  require<IoError>(memory != MAP_FAILED, "cannot map a temporary file: ", std::generic_category().message(errno));
  mapped_ = static_cast<std::int32_t*>(memory);
  capacity_ = bytes / sizeof(std::int32_t);
}

SequenceStore::Segment::Segment(Segment&& other) noexcept
    : owned_(std::move(other.owned_)),
      mapped_(std::exchange(other.mapped_, nullptr)),
      capacity_(other.capacity_),
      writable_(other.writable_) {}

SequenceStore::Segment::~Segment() {
  if (mapped_) munmap(mapped_, capacity_ * sizeof(std::int32_t));
}

SequenceStore::SequenceStore(std::size_t memory, Communicator* ranks) : memory_left_(memory) {
  if (!ranks || ranks->size() == 1) return;
  shared_memory_ = shared_file(ranks, text::UnnamedFile::Place::memory);
  file_ = shared_file(ranks, text::UnnamedFile::Place::folder);
}

void SequenceStore::make_room(std::size_t ids) {
  if (!segments_.empty() && segments_.back().capacity() - used_ >= ids) return;
  const std::size_t grown = segments_.empty() ? kSmallest : std::min(2 * segments_.back().capacity(), kLargest);
  const std::size_t capacity = std::max(grown, ids);
  if (in_memory() && capacity * sizeof(std::int32_t) <= memory_left_) {
    if (shared_memory_)
      segments_.emplace_back(*shared_memory_, capacity);
    else
      segments_.emplace_back(capacity);
    memory_left_ -= capacity * sizeof(std::int32_t);
  } else {
    if (!file_) file_ = std::make_unique<text::UnnamedFile>();  // if none could be shared, says why
    segments_.emplace_back(*file_, capacity);
    first_in_file_ = std::min(first_in_file_, starts_.size());
  }
  used_ = 0;
}

void SequenceStore::add(std::span<const std::int64_t> ids) {
  using Limits = std::numeric_limits<std::int32_t>;
  for (std::int64_t id : ids)
    require<ValueError>(id >= Limits::min() && id <= Limits::max(), "data: the id ", id, " does not fit into 32 bits");
  require<ValueError>(ids.size() <= std::numeric_limits<std::uint32_t>::max(), "data: a sequence of ", ids.size(), " ids");
  make_room(ids.size());
  std::int32_t* start = segments_.back().data() + used_;
  if (segments_.back().is_writable())
    std::transform(ids.begin(), ids.end(), start, [](std::int64_t id) { return static_cast<std::int32_t>(id); });
  used_ += ids.size();
  fingerprint_ = text::hash(fingerprint_, ids.size());
  for (std::int64_t id : ids) fingerprint_ = text::hash(fingerprint_, static_cast<std::uint64_t>(id));
  starts_.push_back(start);
  lengths_.push_back(static_cast<std::uint32_t>(ids.size()));
}

void SequenceStore::prefetch(std::span<const std::size_t> indices) const {
  if (in_memory()) return;
  for (std::size_t i : indices) {
    if (i < first_in_file_ || lengths_[i] == 0) continue;
    const auto begin = reinterpret_cast<std::uintptr_t>(starts_[i]) / page_size() * page_size();
    const auto end = reinterpret_cast<std::uintptr_t>(starts_[i] + lengths_[i]);
    posix_madvise(reinterpret_cast<void*>(begin), end - begin, POSIX_MADV_WILLNEED);
  }
}

}  // namespace weft
