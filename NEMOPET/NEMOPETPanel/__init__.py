"""The panel of the Slicer module: one file a tab, and what the tabs share. All decisions are in NEMOPETLib."""
