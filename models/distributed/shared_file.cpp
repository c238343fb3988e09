#include <weft/models/distributed/packed.h>
#include <weft/models/distributed/shared_file.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace weft {

namespace {

using text::UnnamedFile;

// The file of a rank, as others can open it.
struct Offer {
  std::string machine;
  int process = 0, descriptor = 0;
  std::uint64_t device = 0, inode = 0;

  auto fields() { return std::tie(machine, process, descriptor, device, inode); }
};

// Names the machine, and the container in it, whose processes see each other; empty if unknown.
std::string this_machine() {
  std::string boot, processes(64, '\0');
  std::getline(std::ifstream("/proc/sys/kernel/random/boot_id"), boot);
  const ssize_t size = readlink("/proc/self/ns/pid", processes.data(), processes.size());
  return boot.empty() || size <= 0 ? std::string() : boot + processes.substr(0, static_cast<std::size_t>(size));
}

Offer offer(const UnnamedFile& file) {
  struct stat status {};
  require<IoError>(fstat(file.descriptor(), &status) == 0, "cannot look at a temporary file");
  return {this_machine(), getpid(), file.descriptor(), status.st_dev, status.st_ino};
}

std::unique_ptr<UnnamedFile> open(const Offer& offered) {
  try {
    auto file = std::make_unique<UnnamedFile>(offered.process, offered.descriptor);
    const Offer found = offer(*file);
    return found.device == offered.device && found.inode == offered.inode ? std::move(file) : nullptr;
  } catch (const IoError&) {
    return nullptr;
  }
}

}  // namespace

std::unique_ptr<UnnamedFile> shared_file(Communicator* ranks, UnnamedFile::Place place) {
  std::unique_ptr<UnnamedFile> own, shared;
  const std::vector<std::string> offers = gather(ranks, [&] {
    own = std::make_unique<UnnamedFile>(place);
    Offer offered = offer(*own);
    std::string bytes;
    detail::pack(offered, bytes);
    return bytes;
  });
  if (offers.size() == 1) return own;
  const auto rank = static_cast<std::size_t>(ranks->rank());
  const std::string machine = detail::from_bytes<Offer>(offers[rank]).machine;
  bool failed = machine.empty();
  for (std::size_t i = 0; i < rank && !failed && !shared; ++i) {
    const auto offered = detail::from_bytes<Offer>(offers[i]);
    if (offered.machine != machine) continue;
    shared = open(offered);
    failed = !shared;
  }
  if (any_rank(ranks, failed)) return own;
  return shared ? std::move(shared) : std::move(own);
}

}  // namespace weft
