#!/usr/bin/env python3
"""Opens every layer of a pack as QGIS does when somebody drags it onto the map.

    qgis_layers.py PACK

prints one JSON object: for each file its features (for a raster its pixels), its reference system,
the type of its geometry and whether its extent lies on the globe.
"""

import json
import os
import pathlib
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import QgsApplication, QgsRasterLayer, QgsVectorLayer, QgsWkbTypes  # noqa: E402


def told(layer, count, geometry):
    box = layer.extent()
    is_placed = -180 <= box.xMinimum() <= box.xMaximum() <= 180
    return {
        "count": count,
        "crs": layer.crs().authid(),
        "geometry": geometry,
        "is_placed": is_placed and -90 <= box.yMinimum() <= box.yMaximum() <= 90,
    }


def main():
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False)
    application.initQgis()
    layers = {}
    for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
        if path.suffix == ".fgb":
            layer = QgsVectorLayer(str(path), path.stem, "ogr")
            if layer.isValid():
                geometry = QgsWkbTypes.displayString(layer.wkbType())
                layers[path.stem] = told(layer, layer.featureCount(), geometry)
            else:
                layers[path.stem] = None
        elif path.suffix == ".tif":
            layer = QgsRasterLayer(str(path), path.stem, "gdal")
            is_valid = layer.isValid()
            layers[path.stem] = told(layer, layer.width() * layer.height(), "Raster") if is_valid else None
    print(json.dumps(layers))
    application.exitQgis()


main()
