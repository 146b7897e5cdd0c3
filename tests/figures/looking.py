"""A small max-pooled network and pictures, with weights of their own."""

from collections import OrderedDict

import torch
from torch import nn

from dlviz.core.classifier import Classifier


def small_net(channels=3, *, seed=0):
    """conv1 relu1 pool1 conv2 relu2 on 20×20 pictures; channel 3 of relu2 is silent."""
    chain = nn.Sequential(
        OrderedDict(
            conv1=nn.Conv2d(channels, 6, 3, padding=1),
            relu1=nn.ReLU(),
            pool1=nn.MaxPool2d(2),
            conv2=nn.Conv2d(6, 5, 3, padding=1),
            relu2=nn.ReLU(),
            flatten=nn.Flatten(),
            dense=nn.Linear(500, 2),
        )
    )
    generator = torch.Generator().manual_seed(seed)
    for value in chain.state_dict().values():
        value.normal_(std=0.3, generator=generator)
    chain.conv2.bias.data[3] = -1000.0
    layers = ("conv1", "relu1", "pool1", "conv2", "relu2")
    shape = (channels, 20, 20)
    return Classifier(chain, "ab", (0.5,), (0.25,), layers=layers, input_shape=shape, data="mnist")


def pictures(count, channels=3, *, seed=0):
    """uint8 count×channels×20×20."""
    generator = torch.Generator().manual_seed(100 + seed)
    shape = (count, channels, 20, 20)
    return torch.randint(0, 256, shape, generator=generator, dtype=torch.uint8)
