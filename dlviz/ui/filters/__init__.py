"""The filters lab: one view a module, each a figure of Zeiler and Fergus (2014) alive."""
