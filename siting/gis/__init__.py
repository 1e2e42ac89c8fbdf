"""What a run or a survey gives to QGIS and its like: layers, their styles, and names of their columns."""
