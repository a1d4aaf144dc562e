//! The Bevy 3D viewer: the territory as a model on a table.
