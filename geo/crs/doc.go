// Package crs names the coordinate systems found in Chinese offices and converts points between them.
//
// A point is always x, y: longitude, latitude in degrees for geographic systems, easting, northing in metres for projected ones,
// whatever order the register defines. EPSG defines 4326, 4490 and the Gauss–Krüger systems latitude or northing first, while files
// and spreadsheets mostly have easting first; [System.NorthFirst] tells a reader of the former to swap.
//
// WGS-84 and CGCS2000 longitudes and latitudes are taken as equal: the ellipsoids differ by 0.1 mm, and the frames by the drift of the
// Eurasian plate since epoch 2000.0, some decimetres. GCJ-02 and BD-09 are the published shifts; the forward shift is exact, the
// inverse is iterated until it maps back within 1e-10°. GCJ-02 shifts inside the rectangle 72.004–137.8347° E, 0.8293–55.8271° N only.
//
// Xi'an 80 and Beijing 54 need local parameters which are not public: they are refused, never shifted wrongly.
package crs
