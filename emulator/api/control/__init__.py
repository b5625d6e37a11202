"""The control plane: the models and routes of each kind of resource."""
