// A temporary file that the ranks of a machine share.
#pragma once

#include <weft/models/distributed/communicator.h>
#include <weft/models/io/unnamed_file.h>

#include <memory>

namespace weft {

// Returns the same empty file to all ranks of a machine. The first of them writes it, for the others it is not writable. All
// ranks must make the call. Ranks that cannot open files of each other, such as those in containers of their own, have one each.
// Throws IoError.
std::unique_ptr<text::UnnamedFile> shared_file(Communicator* ranks, text::UnnamedFile::Place place);

}  // namespace weft
