#!/usr/bin/env bash
# What a cluster says when the test has failed: events, pods, the ends of their logs.
set -uo pipefail
kubectl --namespace vgg16 get pods,deployments,horizontalpodautoscalers --output=wide
kubectl --namespace vgg16 get events --sort-by=.lastTimestamp | tail -40
for pod in $(kubectl --namespace vgg16 get pods --output=name); do
  echo "--- $pod"
  kubectl --namespace vgg16 logs --tail=30 "$pod"
  kubectl --namespace vgg16 logs --tail=30 --previous "$pod" 2>/dev/null
done
