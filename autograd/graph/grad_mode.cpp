#include <weft/autograd/graph/grad_mode.h>

#include <utility>

namespace weft {

namespace {
thread_local bool enabled_now = true;
thread_local int anomaly_scopes = 0;
}  // namespace

bool grad_enabled() { return enabled_now; }

GradMode::GradMode(bool enabled) : before_(std::exchange(enabled_now, enabled)) {}
GradMode::~GradMode() { enabled_now = before_; }

AnomalyMode::AnomalyMode() { ++anomaly_scopes; }
AnomalyMode::~AnomalyMode() { --anomaly_scopes; }
bool AnomalyMode::active() { return anomaly_scopes > 0; }

}  // namespace weft
