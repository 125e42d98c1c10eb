"""Work that its caller must not import (torch, scikit-learn), done by another process."""
