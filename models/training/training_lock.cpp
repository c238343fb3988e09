#include <weft/models/io/detail/order.h>
#include <weft/models/training/training_lock.h>
#include <weft/tensor/base/error.h>

#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace weft {

namespace {

std::uint64_t hash_of(std::string_view name) {
  std::uint64_t mixed = name.size();
  for (char c : name) mixed = text::hash(mixed, static_cast<unsigned char>(c));
  return mixed;
}

}  // namespace

// Each model has a byte of its own in the lock range of its folder, chosen by its name, for which nothing need be stored. A
// folder cannot be opened for writing, so only shared locks can be taken: the holder of one asks whether it is the only one.
TrainingLock::TrainingLock(const std::string& model) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path behind_links = fs::canonical(model, error), target = error ? fs::path(model) : behind_links;
  const std::string folder = target.has_parent_path() ? target.parent_path().string() : ".";
  folder_ = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder_ < 0) return;  // the code that writes the model reports why
#ifdef F_OFD_SETLK
  struct flock place {};
  place.l_whence = SEEK_SET;
  place.l_start = static_cast<off_t>(hash_of(target.filename().string()) >> 2);
  place.l_len = 1;
  place.l_type = F_RDLCK;
  if (fcntl(folder_, F_OFD_SETLK, &place) != 0) return;
  place.l_type = F_WRLCK;
  const bool alone = fcntl(folder_, F_OFD_GETLK, &place) != 0 || place.l_type == F_UNLCK;
  if (!alone) ::close(folder_);
  require<ValueError>(alone, model, ": another process is training into this model");
#endif
}

TrainingLock::~TrainingLock() {
  if (folder_ >= 0) ::close(folder_);
}

}  // namespace weft
