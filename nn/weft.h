// weft: tensors, the graph, layers and optimizers.
#pragma once

#include <weft/autograd/checkpoint.h>
#include <weft/autograd/cross_entropy.h>
#include <weft/autograd/index.h>
#include <weft/autograd/join.h>
#include <weft/autograd/math.h>
#include <weft/autograd/node.h>
#include <weft/autograd/recurrence.h>
#include <weft/autograd/reduce.h>
#include <weft/autograd/sort.h>
#include <weft/autograd/softmax.h>
#include <weft/autograd/variable.h>
#include <weft/autograd/views.h>
#include <weft/nn/dropout.h>
#include <weft/nn/gru.h>
#include <weft/nn/lstm.h>
#include <weft/nn/module_list.h>
#include <weft/nn/rnn.h>
#include <weft/nn/sequential.h>
#include <weft/tensor/compare.h>
#include <weft/tensor/copy.h>
#include <weft/tensor/create.h>
#include <weft/tensor/logical.h>
#include <weft/tensor/parallel.h>
#include <weft/tensor/random.h>
