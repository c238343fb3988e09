#include <weft/models/io/detail/command_output.h>
#include <weft/tensor/base/error.h>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

extern char** environ;

namespace weft::text {

namespace {

std::string reason(int error) { return std::generic_category().message(error); }

class OutputBytes final : public ByteStream {
 public:
  explicit OutputBytes(const std::vector<std::string>& command) : name_(command[0]) {
    int ends[2];  // to read from, to write to
    const bool made = pipe2(ends, O_CLOEXEC) == 0;
    require<IoError>(made, "cannot run ", name_, ": ", reason(errno));
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    std::vector<char*> arguments;
    for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    const int error = posix_spawnp(&process_, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    output_ = ends[0];
    if (error != 0) {
      close(output_);
      throw IoError("cannot run " + name_ + ": " + reason(error));
    }
  }
  OutputBytes(const OutputBytes&) = delete;
  OutputBytes& operator=(const OutputBytes&) = delete;
  // Closing the pipe ends a program that tries to write more.
  ~OutputBytes() override {
    close(output_);
    wait();
  }

  std::size_t read(std::span<char> buffer) override {
    ssize_t count = -1;
    do count = ::read(output_, buffer.data(), buffer.size());
    while (count < 0 && errno == EINTR);
    require<IoError>(count >= 0, "cannot read what ", name_, " prints: ", reason(errno));
    if (count == 0) require<IoError>(wait() == 0, name_, " failed");
    return static_cast<std::size_t>(count);
  }

 private:
  // Waits for the program to end and returns its status.
  int wait() {
    while (process_ > 0 && waitpid(process_, &status_, 0) < 0 && errno == EINTR) {
    }
    process_ = 0;
    return status_;
  }

  std::string name_;
  pid_t process_ = 0;
  int output_ = -1, status_ = 0;
};

}  // namespace

std::unique_ptr<ByteStream> open_output(const std::vector<std::string>& command) {
  return std::make_unique<OutputBytes>(command);
}

}  // namespace weft::text
