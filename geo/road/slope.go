package road

import "math"

// factor is the speed on a gradient (rise over run, negative downhill) as a share of the speed on the flat.
func (s *Slope) factor(gradient, flatKmh float64) float64 {
	if s.Rule == "tobler" {
		return min(toblerFactor(gradient), s.MaxKmh/flatKmh)
	}
	return min(cyclingKmh(gradient, flatKmh), s.MaxKmh) / flatKmh
}

// toblerFactor is the hiking function of Tobler (1993, "Three presentations on geographical analysis and modeling"), normalised so that
// the flat has factor 1: exp(-3.5·|g+0.05|) / exp(-3.5·0.05). It is largest, 1.19, at a gentle descent of 5 %.
func toblerFactor(gradient float64) float64 {
	const minFactor = 0.05 // steeper than any road; keeps times finite where elevation data has a cliff
	return max(minFactor, math.Exp(-3.5*math.Abs(gradient+0.05))/math.Exp(-3.5*0.05))
}

// Cyclist and bicycle of the power balance: masses in kg, drag area in m², air in kg/m³. The figures are the ones usual in access
// modelling (80 kg rider, 15 kg bicycle, rolling coefficient 0.012, drag area 0.445).
const (
	cyclingMassKg  = 95
	cyclingRolling = 0.012
	cyclingDragM2  = 0.445
	airDensity     = 1.225
	gravity        = 9.81
	pushingKmh     = 3.0 // where riding would be slower, one gets off and pushes
)

// cyclingPowerW is the power needed at a speed on a gradient: rolling, climbing and air resistance (Wilson, "Bicycling Science", ch. 4).
func cyclingPowerW(gradient, mps float64) float64 {
	cos := 1 / math.Hypot(1, gradient)
	force := cyclingMassKg*gravity*cos*(cyclingRolling+gradient) + 0.5*airDensity*cyclingDragM2*mps*mps
	return force * mps
}

// cyclingKmh is the speed on a gradient at the power that makes flatKmh on the flat; at least pushing speed (or the flat speed if that is
// slower still). Downhill it is the speed at which the same power is balanced; the profile bounds it.
func cyclingKmh(gradient, flatKmh float64) float64 {
	power := cyclingPowerW(0, flatKmh/3.6)
	low, high := 0.0, 60.0 // m/s: power grows with speed wherever it is positive
	for range 60 {
		middle := (low + high) / 2
		if cyclingPowerW(gradient, middle) < power {
			low = middle
		} else {
			high = middle
		}
	}
	return max(low*3.6, min(pushingKmh, flatKmh))
}
