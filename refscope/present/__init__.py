"""Values fit to show: the visible graph, its layout, its exports, reports. No Qt here."""
