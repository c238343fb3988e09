#include <weft/tensor/array/profile_scope.h>
#include <weft/tensor/memory/detail/fork.h>
#include <weft/tensor/product/detail/packed.h>

#include <pthread.h>

#include <algorithm>
#include <mutex>

namespace weft {

namespace {

// One packing of a storage's memory.
struct Entry {
  std::int64_t offset;
  Shape shape, strides;
  std::uint32_t version;
  std::shared_ptr<const kernels::PackedMatrix> matrix;

  bool fits(const Tensor& b) const { return offset == b.offset() && shape == b.shape() && strides == b.strides(); }
  bool fresh(const Tensor& b) const { return version == b.version() && matrix->packed_for() == isa(); }
};

// The most recently used is last. Layers use a memory in few ways: as it is, transposed, or in parts of stacked weights.
struct Entries : StorageNote {
  std::vector<Entry> list;
};
constexpr std::size_t kMostEntries = 8;

std::mutex mutex;

// A fork waits for this mutex, and before it for those that are locked while it is held.
void survive_forks() {
  memory::survive_forks();
  detail::profile_survives_forks();
  static const int registered = pthread_atfork([] { mutex.lock(); }, [] { mutex.unlock(); }, [] { mutex.unlock(); });
  static_cast<void>(registered);
}

}  // namespace

std::shared_ptr<const kernels::PackedMatrix> packed(const Tensor& b) {
  survive_forks();
  std::lock_guard lock(mutex);
  std::unique_ptr<StorageNote>& note = b.storage()->note();
  if (!note) note = std::make_unique<Entries>();
  auto& list = static_cast<Entries&>(*note).list;
  const auto found = std::find_if(list.begin(), list.end(), [&](const Entry& entry) { return entry.fits(b) && entry.fresh(b); });
  if (found != list.end()) {
    std::rotate(found, found + 1, list.end());
    return list.back().matrix;
  }
  OpScope profile("pack_weight", {}, b);
  std::erase_if(list, [&](const Entry& entry) { return entry.fits(b) || entry.version != b.version(); });
  if (list.size() == kMostEntries) list.erase(list.begin());
  kernels::Matrix<float> matrix{b.data<float>(), b.strides()[0], b.strides()[1]};
  list.push_back({b.offset(), b.shape(), b.strides(), b.version(),
                  std::make_shared<kernels::PackedMatrix>(b.shape()[0], b.shape()[1], matrix)});
  return list.back().matrix;
}

}  // namespace weft
