"""The adversarial lab: one view a module, from a single gradient to whole sets and defences."""
