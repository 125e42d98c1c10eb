"""Several processes that train one network (torchrun, DistributedDataParallel).

Modules: ``ranks`` (what they tell one another), ``shares`` (which lines are whose).
"""
