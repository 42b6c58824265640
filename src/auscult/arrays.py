"""Names for the arrays that travel through the flow; importing them costs nothing but NumPy.

Conventions
-----------
Samples    : float32, shape (n_samples,), nominal range [-1, 1], mono
FloatArray : float32, any shape; each docstring says which
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Samples: TypeAlias = NDArray[np.float32]
FloatArray: TypeAlias = NDArray[np.float32]
