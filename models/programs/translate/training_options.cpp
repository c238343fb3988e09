// The options for training a translator, except those for files and tokenizers.
#include <weft/models/programs/command_line/command_line.h>
#include <weft/models/programs/command_line/training_options.h>
#include <weft/models/programs/translate/command.h>

namespace weft::programs {

namespace {

void add_model_options(Command& command, Seq2SeqOptions& model) {
  command.option("--cell", &model.cell, kCellNames, "recurrent cell of both sides").choices({"lstm", "gru"});
  command.option("--attention", &model.attention, kAttentionNames,
                 "how a state is scored against the source; none: one fixed vector for the whole source");
  command.flag("--scaled-scores", "--unscaled-scores", &model.scaled_scores,
               "scores of general are divided by sqrt(hidden), without which attention can settle on one token early on");
  command.option(
      "--wiring", &model.wiring, kWiringNames,
      "luong: the current state asks, the context goes to the output; bahdanau: the state before asks, the context goes "
      "into the cell");
  command.flag("--input-feeding", "--no-input-feeding", &model.input_feeding,
               "luong: the last attentional vector goes into the cell too; on where the target is cut into characters or has "
               "few different words");
  command.flag("--context-starts-only", &model.context_starts_only,
               "attention none: the source's vector starts the decoder and is not read again");
  command.flag("--bidirectional", "--one-way", &model.bidirectional,
               "the encoder reads both ways, half of hidden each; one way where hidden is odd");
  command.flag("--bridge", &model.bridge, "a learnt map between the encoder's last state and the decoder's first");
  command.option("--layers", &model.layers, "recurrent layers of each side").range(1, 100);
  command.flag("--copy", &model.copy, "the decoder can also write words of the source where it looks, unknown ones too");
  command.flag("--coverage", &model.coverage,
               "attention is told how much of itself each source token has received, against repetitions and gaps");
  command.option("--coverage-loss", &model.coverage_loss,
                 "weight of a loss for attention that rests where it rested before; any attention");
  command.flag("--layer-norm", &model.layer_norm, "recurrent layers normalise their gates");
  command.option(
      "--tie", &model.tie, kTieNames,
      "target: the output layer has the weights of the target's embedding; all: the source's embedding has them too, and "
      "one vocabulary serves both sides");
  command.flag("--residual", &model.residual, "layers above the first add their input to their output");
  command.option("--embedding-dim", &model.embedding_dim, "numbers per token; with vectors as many as they have, also written 0")
      .range(0, kMostNumbers);
  command.option("--hidden", &model.hidden, "numbers of a recurrent state").range(1, kMostNumbers);
  command.option("--dropout", &model.dropout,
                 "share of embeddings, of what layers hand on and of the last vector that training hides");
  command.flag("--variational-dropout", &model.variational_dropout,
               "dropout hides the same numbers at all steps of a sentence, and in recurrent states too");
  command.option("--word-dropout-source", &model.source_word_dropout, "share of a source's words that training hides");
  command.option("--word-dropout-target", &model.target_word_dropout, "share of the decoder's input words that training hides");
}

}  // namespace

void add_training_options(Command& command, TranslatorTraining& training) {
  {
    InGroup model(command, "Model");
    add_model_options(command, training.model);
  }
  command
      .option("--vocab-size", &training.vocabulary_size,
              "rows of each embedding, specials included; 0: as many as the training data asks for, up to 10000")
      .range(0, kMostRows);
  command.flag("--joint-vocab", &training.joint_vocabulary, "one vocabulary for both sides");
  command
      .option(
          "--min-count", &training.min_count,
          "rarer tokens count as unknown; 0: 2, or 1 where that would hide over a tenth of the text and --copy cannot write it")
      .range(0, kMany);
  command.option("--learning-rate", &training.learning_rate,
                 "Adam's step size, which follows --schedule; embeddings without vectors take sqrt(embedding-dim) times it");
  TeacherForcing& forcing = training.model.teacher_forcing;
  command.option("--teacher-forcing", &forcing.ratio,
                 "how often training tells the decoder the true word before, at the end of the schedule; else one of its own");
  command.option("--teacher-forcing-schedule", &forcing.schedule, kSamplingScheduleNames, "how it falls there from 1");
  command
      .option("--teacher-forcing-steps", &forcing.steps,
              "batches that it falls in; k of the inverse sigmoid k / (k + exp(batch / k))")
      .range(1, kMany);
  command.option("--label-smoothing", &training.label_smoothing,
                 "share of each target word that is spread evenly over the vocabulary; dev losses are without it");
  command
      .option("--max-length", &training.max_length,
              "tokens: pairs with more on a side are not trained on, and no output gets longer")
      .range(1, kMany);
  command.option("--seed", &training.fit.seed, "of initial weights, order, dropout and the held-out pairs")
      .range(0, kLargestSeed);
  add_updates(command, training.fit);
  add_monitor(
      command, training.fit, {"loss", "accuracy", "bleu"},
      "loss, accuracy of target words given those before, or bleu of greedy translations, which are made after each epoch");
}

}  // namespace weft::programs
