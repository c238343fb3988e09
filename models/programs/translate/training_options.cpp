// The options for training a translator, except those for files and tokenizers.
#include <weft/models/programs/command_line/command_line.h>
#include <weft/models/programs/command_line/training_options.h>
#include <weft/models/programs/translate/command.h>

namespace weft::programs {

void add_training_options(Command& command, TranslatorTraining& training) {
  {
    InGroup model(command, "Model");
    command.options(training.model.fields());
    command.find("--cell")->choices({"lstm", "gru"});
  }
  command.options(training.fields());
  command.options(training.model.teacher_forcing.fields());
  command.option("--seed", &training.fit.seed, "random seed of initial weights, data order, dropout and the held-out pairs")
      .range(0, kLargestSeed);
  add_updates(command, training.fit);
  add_monitor(
      command, training.fit, {"loss", "accuracy", "bleu"},
      "loss, accuracy of target words given those before, or bleu of greedy translations, which are made after each epoch");
}

}  // namespace weft::programs
