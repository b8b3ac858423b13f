package road

// hilbert is the place of a point (0 ≤ x, y < 2^16) along the Hilbert curve through the square: points near on the curve are near in
// the square, which keeps searches within few cache lines (Hilbert 1891; the bit loop follows Warren, "Hacker's Delight", 2nd ed., 16-2).
func hilbert(x, y uint32) uint32 {
	const order = 16
	place := uint32(0)
	for s := uint32(1) << (order - 1); s > 0; s >>= 1 {
		rx, ry := uint32(0), uint32(0)
		if x&s != 0 {
			rx = 1
		}
		if y&s != 0 {
			ry = 1
		}
		place += s * s * (3*rx ^ ry)
		if ry == 0 {
			if rx == 1 {
				x, y = ^x&(1<<order-1), ^y&(1<<order-1)
			}
			x, y = y, x
		}
	}
	return place
}

// curve maps 1e-7 degrees within a box to the Hilbert curve.
type curve struct {
	lon, lat int64
	scale    float64
}

func newCurve(minLon, minLat, maxLon, maxLat int32) curve {
	side := max(int64(maxLon)-int64(minLon), int64(maxLat)-int64(minLat), 1)
	return curve{int64(minLon), int64(minLat), 65535 / float64(side)}
}

func (c curve) at(lon, lat int32) uint32 {
	return hilbert(uint32(float64(int64(lon)-c.lon)*c.scale), uint32(float64(int64(lat)-c.lat)*c.scale))
}
