/** What reads a project from outside, in dbt's words. */
export const EXPOSURE_TYPES = ['dashboard', 'notebook', 'analysis', 'ml', 'application'] as const;
export type ExposureType = (typeof EXPOSURE_TYPES)[number];

/** How much others may rely on it. */
export const MATURITIES = ['high', 'medium', 'low'] as const;
export type Maturity = (typeof MATURITIES)[number];
