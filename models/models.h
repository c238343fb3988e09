// weft's models, and what trains, scores and runs them.
#pragma once

#include <weft/weft.h>

#include <weft/models/attention_classifier.h>
#include <weft/models/bottleneck.h>
#include <weft/models/classify.h>
#include <weft/models/decoding/decode.h>
#include <weft/models/model_file.h>
#include <weft/models/report/alignment.h>
#include <weft/models/report/confusion_tables.h>
#include <weft/models/report/learning_curves.h>
#include <weft/models/report/report.h>
#include <weft/models/seq2seq.h>
#include <weft/models/text/batches.h>
#include <weft/models/text/bpe_learn.h>
#include <weft/models/text/example_source.h>
#include <weft/models/text/files.h>
#include <weft/models/text/generate_english_french.h>
#include <weft/models/text/generate_labelled.h>
#include <weft/models/text/tokenize.h>
#include <weft/models/text/tokenizer.h>
#include <weft/models/text/vocabulary.h>
#include <weft/models/text/white_space.h>
#include <weft/models/text/word_ngrams.h>
#include <weft/models/training/bleu.h>
#include <weft/models/training/chrf.h>
#include <weft/models/training/confusion_matrix.h>
#include <weft/models/training/data.h>
#include <weft/models/training/metrics.h>
#include <weft/models/training/rouge.h>
#include <weft/models/training/streaming_metric.h>
#include <weft/models/training/text_scores.h>
#include <weft/models/training/trainer.h>
#include <weft/models/translator.h>
