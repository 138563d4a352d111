def check_min_cppstd(recipe, standard):
    if int(recipe.settings.compiler_cppstd) < standard:
        raise RuntimeError(f"needs C++{standard}")
