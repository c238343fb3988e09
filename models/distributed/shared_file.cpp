#include <weft/models/distributed/packed.h>
#include <weft/models/distributed/shared_file.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace weft {

namespace {

using text::UnnamedFile;

// The file of a rank, as others can open it.
struct File {
  int process = 0, descriptor = 0;
  std::uint64_t device = 0, inode = 0;

  auto fields() { return std::tie(process, descriptor, device, inode); }
  auto fields() const { return std::tie(process, descriptor, device, inode); }
};

// What a rank tells the others.
struct Offer {
  std::string machine;
  std::optional<File> file;

  auto fields() { return std::tie(machine, file); }
  auto fields() const { return std::tie(machine, file); }
};

File described(const UnnamedFile& file) {
  struct stat status {};
  require<IoError>(fstat(file.descriptor(), &status) == 0, "cannot look at a temporary file");
  return {getpid(), file.descriptor(), status.st_dev, status.st_ino};
}

std::unique_ptr<UnnamedFile> make(UnnamedFile::Place place) {
  try {
    return std::make_unique<UnnamedFile>(place);
  } catch (const IoError&) {
    return nullptr;
  }
}

std::unique_ptr<UnnamedFile> open(const File& offered) {
  try {
    auto file = std::make_unique<UnnamedFile>(offered.process, offered.descriptor);
    const File found = described(*file);
    return found.device == offered.device && found.inode == offered.inode ? std::move(file) : nullptr;
  } catch (const IoError&) {
    return nullptr;
  }
}

}  // namespace

std::string this_machine() {
  std::string boot, processes(64, '\0');
  std::getline(std::ifstream("/proc/sys/kernel/random/boot_id"), boot);
  const ssize_t size = readlink("/proc/self/ns/pid", processes.data(), processes.size());
  return boot.empty() || size <= 0 ? std::string() : boot + processes.substr(0, static_cast<std::size_t>(size));
}

std::unique_ptr<UnnamedFile> shared_file(Communicator* ranks, UnnamedFile::Place place, const std::string& machine) {
  std::unique_ptr<UnnamedFile> own, shared;
  const std::vector<std::string> offers = gather(ranks, [&] {
    own = make(place);
    Offer offered{machine, {}};
    if (own) offered.file = described(*own);
    return detail::to_bytes(offered);
  });
  if (offers.size() == 1) return own;
  // The first file of this machine is the shared one.
  bool found = false, failed = machine.empty();
  for (std::size_t rank = 0; rank < offers.size() && !found && !failed; ++rank) {
    const auto offered = detail::from_bytes<Offer>(offers[rank]);
    if (offered.machine != machine || !offered.file) continue;
    found = true;
    if (static_cast<int>(rank) == ranks->rank()) continue;
    shared = open(*offered.file);
    failed = !shared;
  }
  if (any_rank(ranks, failed)) return own;
  return shared ? std::move(shared) : std::move(own);
}

}  // namespace weft
