// What a fork() waits for, so that its child can go on where other threads of the parent were busy.
#pragma once

namespace weft {

// From its first call on a fork() waits until no thread is in the middle of taking or giving back memory, or of recording an
// event of a profile. A part with a mutex under which either happens calls these before it registers its own, for what is
// registered last is locked first.
namespace memory {
void survive_forks();
}
namespace detail {
void profile_survives_forks();
}

}  // namespace weft
